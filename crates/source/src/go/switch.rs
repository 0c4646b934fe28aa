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
        let sources: Vec<Node<'t>> =
            children(node).into_iter().filter(|case| case.kind().ends_with("_case")).collect();
        let mut cases = Vec::new();
        for (index, case) in sources.iter().enumerate() {
            let values =
                case.child_by_field_name("value").map(|values| self.list(values)).unwrap_or_default();
            let test = if value.is_some() { CaseTest::Equal } else { CaseTest::When };
            let mut body = self.block(*case);
            // What falls through goes on with the next case's statements.
            let followed = sources.iter().skip(index + 1);
            let mut falls = falls_through(*case);
            for next in followed {
                if !falls || self.is_spent() {
                    break;
                }
                body.append(&mut self.again(|translator| translator.block(*next)));
                falls = falls_through(*next);
            }
            cases.push((values.into_iter().map(test).collect(), body));
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
                let value = Some(self.again(|translator| translator.operand(node, "value")));
                let kind = StatementKind::Declare { pattern: self.bound(alias), value, annotation: None };
                body.push(Statement { at: at(alias), kind });
            }
            body.append(&mut self.block(case));
            cases.push((tests, body));
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
            cases.push((tests, body));
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

/// The cases, and `default`, which is chosen when nothing else is, at their end.
fn apart(cases: Vec<(Vec<CaseTest>, Vec<Statement>)>) -> Vec<Case> {
    let cases = cases.into_iter().map(|(tests, body)| Case { tests, guard: None, body });
    let mut cases: Vec<Case> = cases.collect();
    cases.sort_by_key(|case| case.tests.is_empty());
    cases
}
