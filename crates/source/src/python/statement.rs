//! Statements.

use ruff_python_ast::{
    Alias, ExceptHandler, Expr, Stmt, StmtAnnAssign, StmtAssign, StmtAugAssign, StmtFor, StmtIf, StmtImport,
    StmtImportFrom, StmtTry, StmtWhile, StmtWith,
};
use ruff_text_size::Ranged;

use super::expression::operator;
use super::translator::{Translator, at, name, opaque};
use crate::ir::{
    At, Case, CaseTest, Catch, Expression, ExpressionKind, ImportBinding, Imported, Literal, Over, Pattern,
    Statement, StatementKind,
};

/// As many `elif` become statements inside each other; a longer chain becomes a `Match` without subject.
const LONGEST_CHAIN: usize = 100;

impl<'a> Translator<'a> {
    /// Statements in order.
    pub(super) fn block(&mut self, statements: &'a [Stmt]) -> Vec<Statement> {
        let mut translated = Vec::with_capacity(statements.len());
        for statement in statements {
            let hoisted = self.hoisted();
            let before = translated.len();
            self.deeper(
                statement.range(),
                || (),
                |translator| translator.statement(statement, &mut translated),
            );
            if self.hoisted() > hoisted {
                let declared = self.hoisted_since(hoisted, at(statement.range()));
                translated.splice(before..before, declared);
            }
        }
        translated
    }

    fn statement(&mut self, statement: &'a Stmt, into: &mut Vec<Statement>) {
        let place = at(statement.range());
        let kind = match statement {
            Stmt::FunctionDef(function) => {
                self.note_declared(&function.name.id);
                StatementKind::Function(Box::new(self.function(function)))
            }
            Stmt::ClassDef(class) => {
                self.note_declared(&class.name.id);
                StatementKind::Class(Box::new(self.class(class)))
            }
            Stmt::Return(statement) => StatementKind::Return(self.optional(statement.value.as_deref())),
            Stmt::Delete(statement) => {
                for target in &statement.targets {
                    let kind = StatementKind::Delete(self.expression(target));
                    into.push(Statement { at: at(target.range()), kind });
                }
                return;
            }
            Stmt::Assign(statement) => return self.assignment(statement, place, into),
            Stmt::AugAssign(statement) => self.augmented(statement, place),
            Stmt::AnnAssign(statement) => self.annotated(statement, place),
            Stmt::For(statement) => self.for_each(statement),
            Stmt::While(statement) => return self.repeat(statement, place, into),
            Stmt::If(statement) => self.choice(statement, place),
            Stmt::With(statement) => self.with(statement),
            Stmt::Match(statement) => self.matching(statement),
            Stmt::Raise(statement) => StatementKind::Throw(self.optional(statement.exc.as_deref())),
            Stmt::Try(statement) => self.attempt(statement),
            Stmt::Assert(statement) => StatementKind::Assert(self.expression(&statement.test)),
            Stmt::Import(statement) => return self.import(statement, place, into),
            Stmt::ImportFrom(statement) => self.import_from(statement),
            Stmt::Global(statement) => {
                return statement.names.iter().for_each(|name| self.note_outer(&name.id));
            }
            Stmt::Nonlocal(statement) => {
                return statement.names.iter().for_each(|name| self.note_outer(&name.id));
            }
            Stmt::Expr(statement) => return self.evaluation(&statement.value, place, into),
            Stmt::Break(_) => StatementKind::Break,
            Stmt::Continue(_) => StatementKind::Continue,
            // A shell line of a notebook is not read in a module; a type alias and `pass` do nothing.
            Stmt::TypeAlias(_) | Stmt::Pass(_) | Stmt::IpyEscapeCommand(_) => return,
        };
        into.push(Statement { at: place, kind });
    }

    fn evaluation(&mut self, value: &'a Expr, place: At, into: &mut Vec<Statement>) {
        if let Expr::YieldFrom(delegated) = value {
            // No name of Python has a space: this one collides with none.
            let element = "yield from";
            self.note_yield();
            let iterable = self.expression(&delegated.value);
            let given = ExpressionKind::Yield(Some(Box::new(name(place, element))));
            let given = StatementKind::Expression(Expression { at: place, kind: given });
            let kind = StatementKind::ForEach {
                pattern: Pattern::Name(element.into(), place),
                iterable,
                over: Over::Elements,
                body: vec![Statement { at: place, kind: given }],
                otherwise: Vec::new(),
            };
            into.push(Statement { at: place, kind });
            return;
        }
        // A text or `...` by itself does nothing.
        if matches!(value, Expr::StringLiteral(_) | Expr::EllipsisLiteral(_)) {
            return;
        }
        let kind = StatementKind::Expression(self.expression(value));
        into.push(Statement { at: place, kind });
    }

    /// `a = b.c = d, e = value`: the value is evaluated once.
    fn assignment(&mut self, statement: &'a StmtAssign, place: At, into: &mut Vec<Statement>) {
        let mut value = self.expression(&statement.value);
        // Properties and elements take the value on its way, names and lists of names after them.
        let is_place = |target: &&Expr| matches!(target, Expr::Attribute(_) | Expr::Subscript(_));
        let mut names: Vec<&'a Expr> = Vec::with_capacity(1);
        for target in &statement.targets {
            if statement.targets.len() > 1 && is_place(&target) {
                value = self.assigned(target, value, place);
            } else {
                names.push(target);
            }
        }
        // A plain name first: the others take it from there.
        names.sort_by_key(|target| !matches!(target, Expr::Name(_)));
        if names.is_empty() {
            into.push(Statement { at: place, kind: StatementKind::Expression(value) });
            return;
        }
        let mut names = names.into_iter().peekable();
        while let Some(target) = names.next() {
            let next = match (names.peek(), target) {
                (None, _) => None,
                (Some(_), Expr::Name(first)) => Some(name(at(first.range), &first.id)),
                (Some(_), _) => Some(self.again(|translator| translator.expression(&statement.value))),
            };
            let kind = self.bound(target, value, place);
            into.push(Statement { at: place, kind });
            let Some(next) = next else { break };
            value = next;
        }
    }

    /// An assignment to one target.
    fn bound(&mut self, target: &'a Expr, value: Expression, place: At) -> StatementKind {
        let is_outer = matches!(target, Expr::Name(name) if self.is_outer(&name.id));
        if is_outer || matches!(target, Expr::Attribute(_) | Expr::Subscript(_)) {
            return StatementKind::Expression(self.assigned(target, value, place));
        }
        StatementKind::Declare { pattern: self.target(target), value: Some(value), annotation: None }
    }

    /// An assignment as an expression.
    fn assigned(&mut self, target: &'a Expr, value: Expression, place: At) -> Expression {
        let target = Box::new(self.assigned_target(target));
        Expression {
            at: place,
            kind: ExpressionKind::Assign { target, operation: None, value: Box::new(value) },
        }
    }

    fn augmented(&mut self, statement: &'a StmtAugAssign, place: At) -> StatementKind {
        let kind = ExpressionKind::Assign {
            target: Box::new(self.assigned_target(&statement.target)),
            operation: Some(operator(statement.op)),
            value: Box::new(self.expression(&statement.value)),
        };
        StatementKind::Expression(Expression { at: place, kind })
    }

    fn annotated(&mut self, statement: &'a StmtAnnAssign, place: At) -> StatementKind {
        if matches!(*statement.target, Expr::Name(_)) {
            let annotation = Some(self.expression(&statement.annotation));
            let value = self.optional(statement.value.as_deref());
            return StatementKind::Declare { pattern: self.target(&statement.target), value, annotation };
        }
        match &statement.value {
            Some(value) => {
                let value = self.expression(value);
                StatementKind::Expression(self.assigned(&statement.target, value, place))
            }
            None => StatementKind::Expression(opaque(place, Vec::new())),
        }
    }

    fn for_each(&mut self, statement: &'a StmtFor) -> StatementKind {
        let iterable = self.expression(&statement.iter);
        StatementKind::ForEach {
            pattern: self.target(&statement.target),
            iterable,
            over: Over::Elements,
            body: self.block(&statement.body),
            otherwise: self.block(&statement.orelse),
        }
    }

    /// `while`. Its `else` follows the loop; where the loop may be left by `break`, under a condition that is not known.
    fn repeat(&mut self, statement: &'a StmtWhile, place: At, into: &mut Vec<Statement>) {
        let kind = StatementKind::While {
            condition: self.expression(&statement.test),
            body: self.block(&statement.body),
            step: None,
            body_first: false,
        };
        into.push(Statement { at: place, kind });
        let mut otherwise = self.block(&statement.orelse);
        if otherwise.is_empty() {
            return;
        }
        if breaks(&statement.body) {
            let condition = opaque(place, Vec::new());
            let kind = StatementKind::If { condition, then: otherwise, otherwise: Vec::new() };
            into.push(Statement { at: place, kind });
        } else {
            into.append(&mut otherwise);
        }
    }

    fn choice(&mut self, statement: &'a StmtIf, place: At) -> StatementKind {
        let mut ways = vec![(place, self.expression(&statement.test), self.block(&statement.body))];
        let mut last = Vec::new();
        for clause in &statement.elif_else_clauses {
            match &clause.test {
                Some(test) => ways.push((at(clause.range), self.expression(test), self.block(&clause.body))),
                None => last = self.block(&clause.body),
            }
        }
        if ways.len() > LONGEST_CHAIN {
            return chain(place, ways, last);
        }
        for (place, condition, then) in ways.into_iter().rev() {
            let kind = StatementKind::If { condition, then, otherwise: last };
            last = vec![Statement { at: place, kind }];
        }
        last.pop().map_or(StatementKind::Expression(opaque(place, Vec::new())), |choice| choice.kind)
    }

    fn with(&mut self, statement: &'a StmtWith) -> StatementKind {
        if statement.items.first().is_some_and(|item| is_suppress(&item.context_expr)) {
            // What is thrown in it ends it and goes no further.
            let caught = Catch { types: Vec::new(), pattern: None, body: Vec::new() };
            let body = self.block(&statement.body);
            return StatementKind::Try {
                body,
                catches: vec![caught],
                otherwise: Vec::new(),
                finally: Vec::new(),
            };
        }
        let mut items = Vec::with_capacity(statement.items.len());
        for item in &statement.items {
            let entered = self.expression(&item.context_expr);
            items.push((entered, item.optional_vars.as_deref().map(|target| self.target(target))));
        }
        StatementKind::With { items, body: self.block(&statement.body) }
    }

    fn attempt(&mut self, statement: &'a StmtTry) -> StatementKind {
        let body = self.block(&statement.body);
        let mut catches = Vec::with_capacity(statement.handlers.len());
        for ExceptHandler::ExceptHandler(handler) in &statement.handlers {
            let types = match handler.type_.as_deref() {
                None => Vec::new(),
                Some(Expr::Tuple(types)) => types.elts.iter().map(|class| self.expression(class)).collect(),
                Some(class) => vec![self.expression(class)],
            };
            let pattern = handler.name.as_ref().map(|name| self.identifier(name));
            catches.push(Catch { types, pattern, body: self.block(&handler.body) });
        }
        let otherwise = self.block(&statement.orelse);
        StatementKind::Try { body, catches, otherwise, finally: self.block(&statement.finalbody) }
    }

    fn import(&mut self, statement: &'a StmtImport, place: At, into: &mut Vec<Statement>) {
        for alias in &statement.names {
            let module = alias.name.as_str();
            let (whole, local) = match &alias.asname {
                Some(local) => (module, local.as_str()),
                None => {
                    // `import a.b` loads `a.b` and binds `a`.
                    let first = module.split('.').next().unwrap_or(module);
                    if first != module {
                        let kind = StatementKind::Import { module: module.into(), bindings: Vec::new() };
                        into.push(Statement { at: place, kind });
                    }
                    (first, first)
                }
            };
            self.note_declared(local);
            let binding =
                ImportBinding { imported: Imported::Whole, local: local.into(), at: at(alias.range) };
            let kind = StatementKind::Import { module: whole.into(), bindings: vec![binding] };
            into.push(Statement { at: place, kind });
        }
    }

    fn import_from(&mut self, statement: &'a StmtImportFrom) -> StatementKind {
        let mut module = ".".repeat(statement.level.min(64) as usize);
        module.push_str(statement.module.as_deref().unwrap_or_default());
        let mut bindings = Vec::with_capacity(statement.names.len());
        for alias in &statement.names {
            bindings.push(self.imported_name(alias));
        }
        StatementKind::Import { module: module.into(), bindings }
    }

    fn imported_name(&mut self, alias: &'a Alias) -> ImportBinding {
        let imported = alias.name.as_str();
        let local = alias.asname.as_ref().map_or(imported, |local| local.as_str());
        let place = at(alias.range);
        if imported == "*" {
            return ImportBinding { imported: Imported::All, local: "*".into(), at: place };
        }
        self.note_declared(local);
        ImportBinding { imported: Imported::Named(imported.into()), local: local.into(), at: place }
    }
}

/// A long chain of conditions.
fn chain(place: At, ways: Vec<(At, Expression, Vec<Statement>)>, last: Vec<Statement>) -> StatementKind {
    let mut cases: Vec<Case> = ways
        .into_iter()
        .map(|(_, condition, body)| Case { tests: vec![CaseTest::When(condition)], guard: None, body })
        .collect();
    cases.push(Case { tests: Vec::new(), guard: None, body: last });
    let subject = Expression { at: place, kind: ExpressionKind::Literal(Literal::Bool(true)) };
    StatementKind::Match { subject, cases }
}

/// Whether these statements of a loop leave it.
fn breaks(statements: &[Stmt]) -> bool {
    statements.iter().any(|statement| match statement {
        Stmt::Break(_) => true,
        Stmt::If(inner) => {
            breaks(&inner.body) || inner.elif_else_clauses.iter().any(|clause| breaks(&clause.body))
        }
        Stmt::With(inner) => breaks(&inner.body),
        Stmt::Match(inner) => inner.cases.iter().any(|case| breaks(&case.body)),
        Stmt::For(inner) => breaks(&inner.orelse),
        Stmt::While(inner) => breaks(&inner.orelse),
        Stmt::Try(inner) => {
            let handles = |handler: &ExceptHandler| {
                let ExceptHandler::ExceptHandler(handler) = handler;
                breaks(&handler.body)
            };
            breaks(&inner.body)
                || breaks(&inner.orelse)
                || breaks(&inner.finalbody)
                || inner.handlers.iter().any(handles)
        }
        _ => false,
    })
}

/// `contextlib.suppress(…)`.
fn is_suppress(context: &Expr) -> bool {
    let Expr::Call(call) = context else { return false };
    match &*call.func {
        Expr::Name(name) => name.id.as_str() == "suppress",
        Expr::Attribute(member) => member.attr.as_str() == "suppress",
        _ => false,
    }
}
