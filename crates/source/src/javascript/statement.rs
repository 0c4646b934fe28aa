//! Statements.

use oxc_ast::ast;
use oxc_span::{GetSpan, Span};

use super::pattern::bound_names;
use super::translate::{Translator, name, whole};
use crate::ir::{Catch, Expression, ExpressionKind, Literal, Over, Pattern, Statement, StatementKind};

impl<'a> Translator<'a> {
    /// Statements of one block, in order.
    pub(super) fn statements(&mut self, statements: &[ast::Statement<'a>]) -> Vec<Statement> {
        let mut translated = Vec::new();
        for (index, statement) in statements.iter().enumerate() {
            let (before, after) = statements.split_at_checked(index).unwrap_or_default();
            if let ast::Statement::VariableDeclaration(declaration) = statement
                && declaration.kind.is_using()
            {
                let rest = after.get(1..).unwrap_or_default();
                let with = self.deeper(declaration.span, |this| this.using(declaration, rest));
                translated.extend(with);
                return translated;
            }
            self.document(statement.span().start);
            let within = |this: &mut Self| this.statement(statement, before, &mut translated);
            let _ = self.deeper(statement.span(), within);
        }
        translated
    }

    /// A statement as the body of another one.
    fn body(&mut self, statement: &ast::Statement<'a>) -> Vec<Statement> {
        match statement {
            ast::Statement::BlockStatement(block) => self.block(&block.body),
            single => self.block(std::slice::from_ref(single)),
        }
    }

    /// Statements of a block inside of a function.
    pub(super) fn block(&mut self, statements: &[ast::Statement<'a>]) -> Vec<Statement> {
        self.blocks += 1;
        let translated = self.statements(statements);
        self.blocks -= 1;
        translated
    }

    fn statement(
        &mut self,
        statement: &ast::Statement<'a>,
        before: &[ast::Statement<'a>],
        to: &mut Vec<Statement>,
    ) {
        let span = statement.span();
        let kind = match statement {
            ast::Statement::ExpressionStatement(value) => self.expression_statement(&value.expression),
            ast::Statement::BlockStatement(block) => StatementKind::Block(self.block(&block.body)),
            ast::Statement::IfStatement(choice) => StatementKind::If {
                condition: self.expression(&choice.test),
                then: self.body(&choice.consequent),
                otherwise: choice
                    .alternate
                    .as_ref()
                    .map(|alternate| self.body(alternate))
                    .unwrap_or_default(),
            },
            ast::Statement::ForStatement(repeat) => self.for_statement(repeat),
            ast::Statement::ForInStatement(repeat) => {
                self.for_each(&repeat.left, &repeat.right, Over::Keys, &repeat.body)
            }
            ast::Statement::ForOfStatement(repeat) => {
                let mut kind = self.for_each(&repeat.left, &repeat.right, Over::Elements, &repeat.body);
                if let (true, StatementKind::ForEach { iterable, .. }) = (repeat.r#await, &mut kind) {
                    let inner = Box::new(iterable.clone());
                    *iterable = Expression { at: iterable.at, kind: ExpressionKind::Await(inner) };
                }
                kind
            }
            ast::Statement::WhileStatement(repeat) => StatementKind::While {
                condition: self.expression(&repeat.test),
                body: self.body(&repeat.body),
                step: None,
                body_first: false,
            },
            ast::Statement::DoWhileStatement(repeat) => {
                let body = self.body(&repeat.body);
                StatementKind::While {
                    condition: self.expression(&repeat.test),
                    body,
                    step: None,
                    body_first: true,
                }
            }
            ast::Statement::SwitchStatement(switch) => self.switch(switch),
            ast::Statement::LabeledStatement(labeled) => return self.labeled(labeled, to),
            ast::Statement::BreakStatement(_) => StatementKind::Break,
            // The innermost loop is left, as `continue outer` does; the rest of the outer turn is taken to run.
            ast::Statement::ContinueStatement(next) if next.label.is_some() => StatementKind::Break,
            ast::Statement::ContinueStatement(_) => StatementKind::Continue,
            ast::Statement::ReturnStatement(given) => {
                StatementKind::Return(given.argument.as_ref().map(|value| self.expression(value)))
            }
            ast::Statement::ThrowStatement(thrown) => {
                StatementKind::Throw(Some(self.expression(&thrown.argument)))
            }
            ast::Statement::TryStatement(attempt) => self.try_statement(attempt),
            ast::Statement::WithStatement(with) => {
                let object = self.expression(&with.object);
                StatementKind::With { items: vec![(object, None)], body: self.body(&with.body) }
            }
            ast::Statement::DebuggerStatement(_) | ast::Statement::EmptyStatement(_) => return,
            other => {
                if let Some(declaration) = other.as_declaration() {
                    self.declaration(declaration, before, to);
                } else if let Some(declaration) = other.as_module_declaration() {
                    self.module_declaration(declaration, before, to);
                }
                return;
            }
        };
        to.push(Statement { at: self.at(span), kind });
    }

    fn expression_statement(&mut self, value: &ast::Expression<'a>) -> StatementKind {
        match value {
            ast::Expression::UnaryExpression(unary)
                if unary.operator == oxc_syntax::operator::UnaryOperator::Delete =>
            {
                StatementKind::Delete(self.expression(&unary.argument))
            }
            value => StatementKind::Expression(self.expression(value)),
        }
    }

    pub(super) fn declaration(
        &mut self,
        declaration: &ast::Declaration<'a>,
        before: &[ast::Statement<'a>],
        to: &mut Vec<Statement>,
    ) {
        let at = self.at(declaration.span());
        match declaration {
            ast::Declaration::VariableDeclaration(variables) if !variables.declare => {
                self.variables(variables, to);
            }
            ast::Declaration::FunctionDeclaration(function)
                if function.body.is_some() && !function.declare =>
            {
                let kind = StatementKind::Function(Box::new(self.function(function, None)));
                to.push(Statement { at, kind });
            }
            ast::Declaration::ClassDeclaration(class) if !class.declare => {
                let kind = StatementKind::Class(Box::new(self.class(class)));
                to.push(Statement { at, kind });
            }
            ast::Declaration::TSEnumDeclaration(enumeration) if !enumeration.declare => {
                let kind = StatementKind::Class(Box::new(self.enumeration(enumeration)));
                to.push(Statement { at, kind });
            }
            ast::Declaration::TSNamespaceDeclaration(namespace) if !namespace.declare => {
                to.extend(self.namespace(namespace, before));
            }
            ast::Declaration::TSImportEqualsDeclaration(import) => to.extend(self.import_equals(import)),
            _ => {}
        }
    }

    /// `var` inside of a block belongs to the function: there it is declared at the beginning and assigned here.
    fn variables(&mut self, variables: &ast::VariableDeclaration<'a>, to: &mut Vec<Statement>) {
        let hoisted = variables.kind.is_var() && self.blocks > 0;
        for variable in &variables.declarations {
            let at = self.at(variable.span);
            let pattern = self.binding(&variable.id);
            let value = variable.init.as_ref().map(|value| self.expression(value));
            let kind = if hoisted {
                let mut names = Vec::new();
                bound_names(&pattern, &mut names);
                names.into_iter().for_each(|name| self.hoist(name));
                let Some(value) = value else { continue };
                let (target, value) = (Box::new(pattern), Box::new(value));
                let kind = ExpressionKind::Assign { target, operation: None, value };
                StatementKind::Expression(Expression { at, kind })
            } else {
                StatementKind::Declare { pattern, value, annotation: None }
            };
            to.push(Statement { at, kind });
        }
    }

    /// `using` lasts until the end of its block.
    fn using(&mut self, variables: &ast::VariableDeclaration<'a>, rest: &[ast::Statement<'a>]) -> Statement {
        let mut items = Vec::new();
        for variable in &variables.declarations {
            let pattern = self.binding(&variable.id);
            items.extend(variable.init.as_ref().map(|value| (self.expression(value), Some(pattern))));
        }
        let span = Span::new(variables.span.start, whole(rest).end.max(variables.span.end));
        let body = self.statements(rest);
        Statement { at: self.at(span), kind: StatementKind::With { items, body } }
    }

    fn for_statement(&mut self, repeat: &ast::ForStatement<'a>) -> StatementKind {
        let mut block = Vec::new();
        self.blocks += 1;
        match &repeat.init {
            Some(ast::ForStatementInit::VariableDeclaration(variables)) => {
                self.variables(variables, &mut block);
            }
            Some(first) => {
                if let Some(value) = first.as_expression() {
                    let kind = StatementKind::Expression(self.expression(value));
                    block.push(Statement { at: self.at(value.span()), kind });
                }
            }
            None => {}
        }
        let always =
            || Expression { at: self.at(repeat.span), kind: ExpressionKind::Literal(Literal::Bool(true)) };
        let condition = match &repeat.test {
            Some(test) => self.expression(test),
            None => always(),
        };
        let step = repeat.update.as_ref().map(|step| self.expression(step));
        let body = self.body(&repeat.body);
        self.blocks -= 1;
        let repeated = StatementKind::While { condition, body, step, body_first: false };
        if block.is_empty() {
            return repeated;
        }
        block.push(Statement { at: self.at(repeat.span), kind: repeated });
        StatementKind::Block(block)
    }

    fn for_each(
        &mut self,
        left: &ast::ForStatementLeft<'a>,
        right: &ast::Expression<'a>,
        over: Over,
        body: &ast::Statement<'a>,
    ) -> StatementKind {
        let iterable = self.expression(right);
        let pattern = match left {
            ast::ForStatementLeft::VariableDeclaration(variables) => match variables.declarations.first() {
                Some(variable) => self.binding(&variable.id),
                None => Pattern::Ignore,
            },
            target => match target.as_assignment_target() {
                Some(target) => self.target(target),
                None => Pattern::Ignore,
            },
        };
        StatementKind::ForEach { pattern, iterable, over, body: self.body(body), otherwise: Vec::new() }
    }

    fn try_statement(&mut self, attempt: &ast::TryStatement<'a>) -> StatementKind {
        let body = self.block(&attempt.block.body);
        let mut catches = Vec::new();
        if let Some(handler) = &attempt.handler {
            let pattern = handler.param.as_ref().map(|parameter| self.binding(&parameter.pattern));
            catches.push(Catch { types: Vec::new(), pattern, body: self.block(&handler.body.body) });
        }
        let finally =
            attempt.finalizer.as_ref().map(|finalizer| self.block(&finalizer.body)).unwrap_or_default();
        StatementKind::Try { body, catches, otherwise: Vec::new(), finally }
    }

    /// A labelled loop is that loop. Any other labelled statement can be left by `break`: it becomes a loop of one turn.
    fn labeled(&mut self, labeled: &ast::LabeledStatement<'a>, to: &mut Vec<Statement>) {
        let is_loop = labeled.body.is_iteration_statement()
            || matches!(
                labeled.body,
                ast::Statement::LabeledStatement(_) | ast::Statement::SwitchStatement(_)
            );
        if is_loop {
            let inside = |this: &mut Self| this.statement(&labeled.body, &[], to);
            let _ = self.deeper(labeled.span, inside);
            return;
        }
        let at = self.at(labeled.span);
        let never = Expression { at, kind: ExpressionKind::Literal(Literal::Bool(false)) };
        let body = self.body(&labeled.body);
        let kind = StatementKind::While { condition: never, body, step: None, body_first: true };
        to.push(Statement { at, kind });
    }
}

/// A name that no source can spell, for what the translation itself has to remember.
pub(super) fn hidden(word: &str) -> crate::ir::Name {
    name(&format!("<{word}>"))
}
