//! `switch` and `select`.

use tree_sitter::Node;

use super::statement::after;
use super::translator::{Translator, at, children, fields, literal, opaque};
use crate::ir::{Case, CaseTest, Literal, Pattern, Statement, StatementKind};

impl<'t> Translator<'t> {
    /// `switch value {…}`; without a value each case is a condition.
    pub(super) fn switch(&mut self, node: Node<'t>) -> StatementKind {
        let first = self.beginning(node);
        let value = node.child_by_field_name("value");
        let subject = match value {
            Some(value) => self.expression(value),
            None => literal(node, Literal::Bool(true)),
        };
        let mut cases = Vec::new();
        for case in children(node).into_iter().filter(|case| case.kind().ends_with("_case")) {
            let values =
                case.child_by_field_name("value").map(|values| self.list(values)).unwrap_or_default();
            let test = if value.is_some() { CaseTest::Equal } else { CaseTest::When };
            let falls = falls_through(case);
            cases.push((values.into_iter().map(test).collect(), self.block(case), falls));
        }
        after(first, StatementKind::Match { subject, cases: apart(cases) }, node)
    }

    /// `switch name := value.(type) {…}`.
    pub(super) fn type_switch(&mut self, node: Node<'t>) -> StatementKind {
        let first = self.beginning(node);
        let subject = self.operand(node, "value");
        let alias = node.child_by_field_name("alias").and_then(|alias| children(alias).first().copied());
        let mut cases = Vec::new();
        for case in children(node).into_iter().filter(|case| case.kind().ends_with("_case")) {
            let tests: Vec<CaseTest> =
                fields(case, "type").into_iter().map(|kind| self.type_test(kind, alias)).collect();
            let mut body = Vec::new();
            if let Some(alias) = alias.filter(|_| tests.is_empty()) {
                let value = Some(subject.clone());
                let kind = StatementKind::Declare { pattern: self.bound(alias), value, annotation: None };
                body.push(Statement { at: at(alias), kind });
            }
            body.append(&mut self.block(case));
            cases.push((tests, body, false));
        }
        after(first, StatementKind::Match { subject, cases: apart(cases) }, node)
    }

    fn type_test(&mut self, kind: Node<'t>, alias: Option<Node<'t>>) -> CaseTest {
        let shape = match self.text(kind) {
            "nil" => Pattern::Equal(Box::new(literal(kind, Literal::Nothing))),
            _ => Pattern::Instance(Box::new(self.type_of(kind)), Vec::new()),
        };
        CaseTest::Shape(match alias {
            Some(alias) => Pattern::As(Box::new(shape), self.text(alias).into(), at(alias)),
            None => shape,
        })
    }

    /// `select`: any of its cases may happen.
    pub(super) fn select(&mut self, node: Node<'t>) -> StatementKind {
        let mut cases = Vec::new();
        for case in children(node).into_iter().filter(|case| case.kind().ends_with("_case")) {
            let mut tests = Vec::new();
            let mut body = Vec::new();
            if let Some(communication) = case.child_by_field_name("communication") {
                tests.push(CaseTest::When(opaque(case, Vec::new())));
                self.statement(communication, &mut body);
            }
            body.append(&mut self.block(case));
            cases.push((tests, body, false));
        }
        StatementKind::Match { subject: literal(node, Literal::Bool(true)), cases: apart(cases) }
    }
}

/// Whether a case goes on with the next one.
fn falls_through(case: Node<'_>) -> bool {
    let list = children(case).into_iter().find(|child| child.kind() == "statement_list");
    let last = list.and_then(|list| children(list).last().copied());
    last.is_some_and(|last| last.kind() == "fallthrough_statement")
}

/// Cases that do not depend on each other: what falls through has the next case's statements, and `default`, which is
/// chosen when nothing else is, comes last. At most so many statements are repeated in all.
fn apart(cases: Vec<(Vec<CaseTest>, Vec<Statement>, bool)>) -> Vec<Case> {
    const MOST_REPEATED: usize = 10_000;
    let mut repeated = 0;
    let mut separate: Vec<Case> = Vec::with_capacity(cases.len());
    for (tests, mut body, falls) in cases.into_iter().rev() {
        if let Some(next) = separate.last().filter(|_| falls)
            && repeated + next.body.len() <= MOST_REPEATED
        {
            repeated += next.body.len();
            body.extend(next.body.iter().cloned());
        }
        separate.push(Case { tests, guard: None, body });
    }
    separate.reverse();
    separate.sort_by_key(|case| case.tests.is_empty());
    separate
}
