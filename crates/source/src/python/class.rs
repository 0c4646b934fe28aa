//! Classes.

use ruff_python_ast::{Decorator, ExceptHandler, Expr, Stmt, StmtClassDef, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::text::docstring;
use super::translator::{Translator, at, expression};
use crate::ir::{At, Class, Expression, ExpressionKind, Literal, Member, MemberKind};

impl<'a> Translator<'a> {
    /// A class. What its body does beyond defining members is left out; members under a condition are members.
    pub(super) fn class(&mut self, source: &'a StmtClassDef) -> Class {
        let decorators = self.decorators(&source.decorator_list);
        let bases = source.bases().iter().map(|base| match base {
            Expr::Starred(starred) => self.expression(&starred.value),
            base => self.expression(base),
        });
        let bases = bases.collect();
        let (doc, statements) = docstring(&source.body);
        let mut members = Vec::with_capacity(statements.len());
        self.members(statements, &mut members);
        Class { name: source.name.as_str().into(), at: at(source.range), bases, members, decorators, doc }
    }

    fn members(&mut self, statements: &'a [Stmt], into: &mut Vec<Member>) {
        for statement in statements {
            self.deeper(
                statement.range(),
                || (),
                |translator| {
                    translator.member(statement, into);
                },
            );
        }
    }

    fn member(&mut self, statement: &'a Stmt, into: &mut Vec<Member>) {
        match statement {
            Stmt::FunctionDef(function) => into.extend(self.method(function)),
            Stmt::ClassDef(class) => {
                let place = at(class.range);
                let inner = ExpressionKind::Class(Box::new(self.class(class)));
                into.push(field(&class.name.id, at(class.name.range), Some(expression(place, inner)), None));
            }
            Stmt::Assign(assignment) => {
                let mut targets = assignment.targets.iter();
                if let Some(first) = targets.next() {
                    self.fields(first, &assignment.value, into);
                }
                for target in targets {
                    self.again(|translator| translator.fields(target, &assignment.value, into));
                }
            }
            Stmt::AnnAssign(assignment) => {
                if let Expr::Name(target) = &*assignment.target {
                    let annotation = Some(self.expression(&assignment.annotation));
                    let value = self.optional(assignment.value.as_deref());
                    into.push(field(&target.id, at(target.range), value, annotation));
                }
            }
            Stmt::If(choice) => {
                self.members(&choice.body, into);
                for clause in &choice.elif_else_clauses {
                    self.members(&clause.body, into);
                }
            }
            Stmt::With(with) => self.members(&with.body, into),
            Stmt::Try(attempt) => {
                self.members(&attempt.body, into);
                for ExceptHandler::ExceptHandler(handler) in &attempt.handlers {
                    self.members(&handler.body, into);
                }
                self.members(&attempt.orelse, into);
                self.members(&attempt.finalbody, into);
            }
            _ => {}
        }
    }

    /// `a = value`, and `a, b = value, value`.
    fn fields(&mut self, target: &'a Expr, value: &'a Expr, into: &mut Vec<Member>) {
        let elements = |side: &'a Expr| match side {
            Expr::Tuple(tuple) => Some(tuple.elts.as_slice()),
            Expr::List(list) => Some(list.elts.as_slice()),
            _ => None,
        };
        match (target, elements(target), elements(value)) {
            (Expr::Name(target), _, _) => {
                let value = self.expression(value);
                into.push(field(&target.id, at(target.range), Some(value), None));
            }
            (_, Some(targets), Some(values)) if targets.len() == values.len() => {
                for (target, value) in targets.iter().zip(values) {
                    self.fields(target, value, into);
                }
            }
            _ => {}
        }
    }

    fn method(&mut self, source: &'a StmtFunctionDef) -> Option<Member> {
        let mut way = Way::Plain;
        for decorator in &source.decorator_list {
            way = way_of(decorator).unwrap_or(way);
        }
        if way == Way::Deleter {
            return None;
        }
        let mut function = self.function(source);
        if way != Way::Plain {
            // `staticmethod` stays: what is static is not bound.
            let kept = source
                .decorator_list
                .iter()
                .map(|decorator| way_of(decorator).is_none_or(|way| way == Way::Static));
            let mut kept = kept.collect::<Vec<bool>>().into_iter();
            function.decorators.retain(|_| kept.next().unwrap_or(true));
        }
        let function = Box::new(function);
        let kind = match way {
            Way::Getter => MemberKind::Getter(function),
            Way::Setter => MemberKind::Setter(function),
            Way::Plain | Way::Static | Way::Deleter => MemberKind::Method(function),
        };
        let place = at(source.name.range);
        Some(Member {
            name: key(&source.name.id, place),
            kind,
            is_static: way == Way::Static,
            annotation: None,
            tag: None,
        })
    }
}

/// How a method is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Plain,
    Static,
    Getter,
    Setter,
    Deleter,
}

/// What a decorator makes of a method, where that changes how it is reached.
fn way_of(decorator: &Decorator) -> Option<Way> {
    let last = match &decorator.expression {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return None,
    };
    let is_member = matches!(decorator.expression, Expr::Attribute(_));
    match last {
        "staticmethod" => Some(Way::Static),
        "property" | "cached_property" | "abstractproperty" => Some(Way::Getter),
        "getter" if is_member => Some(Way::Getter),
        "setter" if is_member => Some(Way::Setter),
        "deleter" if is_member => Some(Way::Deleter),
        _ => None,
    }
}

fn key(source: &str, place: At) -> Expression {
    expression(place, ExpressionKind::Literal(Literal::Text(source.into())))
}

/// A field of the class itself: in Python an instance finds it there.
fn field(source: &str, place: At, value: Option<Expression>, annotation: Option<Expression>) -> Member {
    Member {
        name: key(source, place),
        kind: MemberKind::Field(value),
        is_static: true,
        annotation,
        tag: None,
    }
}
