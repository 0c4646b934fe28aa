//! What TypeScript adds at run time: enumerations and namespaces.

use oxc_ast::ast;

use super::translate::{Translator, name, name_expression, opaque, text_literal};
use crate::ir::{
    Argument, At, Class, Entry, Expression, ExpressionKind, Function, Literal, Member, MemberKind, Name,
    Pattern, Statement, StatementKind,
};

impl<'a> Translator<'a> {
    /// A class with a static field for each member. The way back from a number to its name is left out.
    pub(super) fn enumeration(&mut self, enumeration: &ast::TSEnumDeclaration<'a>) -> Class {
        let doc = self.take_doc(enumeration.span.start);
        let called = name(&enumeration.id.name);
        let mut members: Vec<Member> = Vec::new();
        let mut next = Some(0.0);
        for member in &enumeration.body.members {
            let at = self.at(member.span);
            let key = match &member.id {
                ast::TSEnumMemberName::Identifier(identifier) => text_literal(at, &identifier.name),
                ast::TSEnumMemberName::String(text) | ast::TSEnumMemberName::ComputedString(text) => {
                    text_literal(at, &text.value)
                }
                ast::TSEnumMemberName::ComputedTemplateString(template) => {
                    let quasi = template.quasis.first();
                    let text =
                        quasi.map(|quasi| quasi.value.cooked.as_ref().unwrap_or(&quasi.value.raw).as_str());
                    text_literal(at, text.unwrap_or_default())
                }
            };
            let value = match &member.initializer {
                Some(value) => {
                    let value = self.expression(value);
                    of_earlier_member(&called, &members, value)
                }
                None => match next {
                    Some(number) => Expression { at, kind: ExpressionKind::Literal(Literal::Number(number)) },
                    None => opaque(at),
                },
            };
            next = match &value.kind {
                ExpressionKind::Literal(Literal::Number(number)) => Some(number + 1.0),
                _ => None,
            };
            let kind = MemberKind::Field(Some(value));
            members.push(Member { name: key, kind, is_static: true, annotation: None, tag: None });
        }
        let at = self.at(enumeration.span);
        Class { name: called, at, bases: Vec::new(), members, decorators: Vec::new(), doc }
    }

    /// A record of what it exports, made by a closure that is called at once. Added to what has the same name already.
    /// One that holds only types does not exist.
    pub(super) fn namespace(
        &mut self,
        namespace: &ast::TSNamespaceDeclaration<'a>,
        before: &[ast::Statement<'a>],
    ) -> Option<Statement> {
        let at = self.at(namespace.span);
        let body = match &namespace.body {
            ast::TSNamespaceDeclarationBody::TSModuleBlock(block) => self.function_body(&block.body, &[]),
            ast::TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => {
                let inner_name = name(&inner.id.name);
                let inside = self.deeper(inner.span, |this| this.namespace(inner, &[])).flatten();
                let mut body: Vec<Statement> = inside.into_iter().collect();
                if !body.is_empty() {
                    let names =
                        vec![crate::ir::ExportedName { local: inner_name.clone(), exported: inner_name }];
                    body.push(Statement { at, kind: StatementKind::Export { module: None, names } });
                }
                body
            }
        };
        if body.is_empty() {
            return None;
        }
        let record = self.called_at_once(at, body);
        let called = name(&namespace.id.name);
        let kind = if before.iter().any(|statement| declares(statement, &namespace.id.name)) {
            let object = Box::new(name_expression(at, "Object"));
            let assign = ExpressionKind::Member { object, name: "assign".into(), optional: false };
            let arguments = vec![Argument::Plain(name_expression(at, &called)), Argument::Plain(record)];
            let callee = Box::new(Expression { at, kind: assign });
            let call = ExpressionKind::Call { callee, arguments, is_new: false };
            StatementKind::Expression(Expression { at, kind: call })
        } else {
            let pattern = Pattern::Name(called, self.at(namespace.id.span));
            StatementKind::Declare { pattern, value: Some(record), annotation: None }
        };
        Some(Statement { at, kind })
    }

    /// `(() => { …; return { exported names } })()`.
    fn called_at_once(&mut self, at: At, body: Vec<Statement>) -> Expression {
        let mut entries = Vec::new();
        let mut kept = Vec::new();
        for statement in body {
            match statement.kind {
                StatementKind::Export { module: None, names } => {
                    entries.extend(names.into_iter().map(|exported| {
                        let value = name_expression(statement.at, &exported.local);
                        Entry::Pair(text_literal(statement.at, &exported.exported), value)
                    }));
                }
                _ => kept.push(statement),
            }
        }
        let record = Expression { at, kind: ExpressionKind::Record(entries) };
        kept.push(Statement { at, kind: StatementKind::Return(Some(record)) });
        let closure = Function {
            name: Name::default(),
            at,
            file: self.file,
            parameters: Vec::new(),
            body: kept,
            decorators: Vec::new(),
            doc: None,
            is_async: false,
            is_generator: false,
            keeps_this: true,
        };
        let callee = Box::new(Expression { at, kind: ExpressionKind::Function(Box::new(closure)) });
        Expression { at, kind: ExpressionKind::Call { callee, arguments: Vec::new(), is_new: false } }
    }
}

/// Inside of an enumeration its earlier members are names.
fn of_earlier_member(called: &str, members: &[Member], value: Expression) -> Expression {
    let ExpressionKind::Name(used) = &value.kind else {
        return value;
    };
    let is_it = |member: &&Member| matches!(&member.name.kind, ExpressionKind::Literal(Literal::Text(text)) if text == used);
    match members.iter().find(is_it).map(|member| &member.kind) {
        Some(MemberKind::Field(Some(Expression { kind: ExpressionKind::Literal(literal), .. }))) => {
            Expression { at: value.at, kind: ExpressionKind::Literal(literal.clone()) }
        }
        Some(_) => {
            let object = Box::new(name_expression(value.at, called));
            let kind = ExpressionKind::Member { object, name: used.clone(), optional: false };
            Expression { at: value.at, kind }
        }
        None => value,
    }
}

/// Whether a statement declares a value of this name that a namespace can add to.
fn declares(statement: &ast::Statement<'_>, called: &str) -> bool {
    let exported = match statement {
        ast::Statement::ExportDeclaration(export) => Some(&export.declaration),
        other => other.as_declaration(),
    };
    match exported {
        Some(ast::Declaration::FunctionDeclaration(function)) => {
            function.body.is_some() && function.id.as_ref().is_some_and(|id| id.name == called)
        }
        Some(ast::Declaration::ClassDeclaration(class)) => {
            class.id.as_ref().is_some_and(|id| id.name == called)
        }
        Some(ast::Declaration::TSEnumDeclaration(enumeration)) => enumeration.id.name == called,
        Some(ast::Declaration::TSNamespaceDeclaration(namespace)) => namespace.id.name == called,
        _ => false,
    }
}
