//! `switch`: cases apart, although the source lets them fall through.

use oxc_ast::ast;

use super::statement::hidden;
use super::translate::{Translator, whole};
use crate::ir::{
    Binary, Case, CaseTest, Expression, ExpressionKind, Literal, Logical, Pattern, Statement, StatementKind,
};

/// Repeating statements for each case that falls into them doubles at each nesting; deeper ones are chained.
const DEEPEST_REPEATED: usize = 3;

/// Cases with the same statements: `case 'a': case 'b': …`.
struct Group<'b, 'a> {
    tests: Vec<&'b ast::Expression<'a>>,
    is_default: bool,
    body: &'b [ast::Statement<'a>],
}

impl<'a> Translator<'a> {
    pub(super) fn switch(&mut self, switch: &ast::SwitchStatement<'a>) -> StatementKind {
        let groups = groups(&switch.cases);
        self.switches += 1;
        let kind = if self.switches <= DEEPEST_REPEATED && repeated(&groups) <= switch.span.size() as usize {
            self.cases_apart(switch, &groups)
        } else {
            self.cases_chained(switch, &groups)
        };
        self.switches -= 1;
        kind
    }

    fn cases_apart(&mut self, switch: &ast::SwitchStatement<'a>, groups: &[Group<'_, 'a>]) -> StatementKind {
        let subject = self.expression(&switch.discriminant);
        let over_conditions = matches!(subject.kind, ExpressionKind::Literal(Literal::Bool(true)));
        let mut cases = Vec::new();
        let mut default = None;
        // From the last to the first: what a case falls into is translated already.
        let mut following: Vec<Statement> = Vec::new();
        for group in groups.iter().rev() {
            let mut body = self.block(group.body);
            if !leaves(group.body) {
                body.extend(following);
            }
            following = body.clone();
            drop_last_break(&mut body);
            let tests: Vec<CaseTest> =
                group.tests.iter().map(|test| self.test(test, over_conditions)).collect();
            if group.is_default {
                default = Some(Case { tests: Vec::new(), guard: None, body });
            } else {
                cases.push(Case { tests, guard: None, body });
            }
        }
        cases.reverse();
        cases.extend(default);
        StatementKind::Match { subject, cases }
    }

    fn test(&mut self, test: &ast::Expression<'a>, over_conditions: bool) -> CaseTest {
        let value = self.expression(test);
        if over_conditions { CaseTest::When(value) } else { CaseTest::Equal(value) }
    }

    /// Each group once, guarded by whether it was entered or an earlier one fell into it:
    /// `do { if (fell || subject == a) { fell = true; … } if (fell || …) … } while (false)`.
    fn cases_chained(
        &mut self,
        switch: &ast::SwitchStatement<'a>,
        groups: &[Group<'_, 'a>],
    ) -> StatementKind {
        let at = self.at(switch.span);
        let subject = self.expression(&switch.discriminant);
        let over_conditions = matches!(subject.kind, ExpressionKind::Literal(Literal::Bool(true)));
        let declare = |word: &str, value| Statement {
            at,
            kind: StatementKind::Declare {
                pattern: Pattern::Name(hidden(word), at),
                value: Some(value),
                annotation: None,
            },
        };
        let fell = || Expression { at, kind: ExpressionKind::Name(hidden("fell")) };
        let bool = |value| Expression { at, kind: ExpressionKind::Literal(Literal::Bool(value)) };
        let mut body = vec![declare("fell", bool(false))];
        for group in groups {
            let mut condition = if group.is_default { bool(true) } else { fell() };
            for test in group.tests.iter().filter(|_| !group.is_default) {
                let value = self.expression(test);
                let here = value.at;
                let matched = if over_conditions {
                    value
                } else {
                    let subject = Expression { at, kind: ExpressionKind::Name(hidden("subject")) };
                    let kind = ExpressionKind::Binary(Binary::Equal, Box::new(subject), Box::new(value));
                    Expression { at: here, kind }
                };
                let kind = ExpressionKind::Logical(Logical::Or, Box::new(condition), Box::new(matched));
                condition = Expression { at: here, kind };
            }
            let target = Box::new(Pattern::Name(hidden("fell"), at));
            let assign = ExpressionKind::Assign { target, operation: None, value: Box::new(bool(true)) };
            let mut then =
                vec![Statement { at, kind: StatementKind::Expression(Expression { at, kind: assign }) }];
            then.extend(self.block(group.body));
            let here = self.at(whole(group.body));
            body.push(Statement {
                at: here,
                kind: StatementKind::If { condition, then, otherwise: Vec::new() },
            });
        }
        let turn = StatementKind::While { condition: bool(false), body, step: None, body_first: true };
        StatementKind::Block(vec![declare("subject", subject), Statement { at, kind: turn }])
    }
}

fn groups<'b, 'a>(cases: &'b [ast::SwitchCase<'a>]) -> Vec<Group<'b, 'a>> {
    let mut groups = Vec::new();
    let mut group = Group { tests: Vec::new(), is_default: false, body: &[] };
    for (index, case) in cases.iter().enumerate() {
        match &case.test {
            Some(test) => group.tests.push(test),
            None => group.is_default = true,
        }
        if !case.consequent.is_empty() || index + 1 == cases.len() {
            group.body = &case.consequent;
            groups.push(std::mem::replace(
                &mut group,
                Group { tests: Vec::new(), is_default: false, body: &[] },
            ));
        }
    }
    groups
}

/// Bytes of source that would be repeated.
fn repeated(groups: &[Group<'_, '_>]) -> usize {
    let mut sum = 0usize;
    let mut following = 0;
    for group in groups.iter().rev() {
        let own = whole(group.body).size() as usize;
        following = if leaves(group.body) {
            own
        } else {
            sum = sum.saturating_add(following);
            own.saturating_add(following)
        };
    }
    sum
}

/// Whether the end of these statements is never reached.
fn leaves(body: &[ast::Statement<'_>]) -> bool {
    let mut body = body;
    loop {
        match body.iter().rfind(|statement| !matches!(statement, ast::Statement::EmptyStatement(_))) {
            Some(ast::Statement::BlockStatement(block)) => body = &block.body,
            Some(last) => return last.is_jump_statement() || both_leave(last),
            None => return false,
        }
    }
}

/// Whether both ways of an `if` at the end of a case leave it.
fn both_leave(statement: &ast::Statement<'_>) -> bool {
    let ast::Statement::IfStatement(choice) = statement else {
        return false;
    };
    let way = |way: &ast::Statement<'_>| match way {
        ast::Statement::BlockStatement(block) => {
            block.body.last().is_some_and(ast::Statement::is_jump_statement)
        }
        single => single.is_jump_statement(),
    };
    way(&choice.consequent) && choice.alternate.as_ref().is_some_and(way)
}

/// A `break` that ends a case says nothing: cases are apart.
fn drop_last_break(body: &mut Vec<Statement>) {
    let mut body = body;
    loop {
        match body.last().map(|last| &last.kind) {
            Some(StatementKind::Break) => {
                body.pop();
                return;
            }
            Some(StatementKind::Block(_)) => {}
            _ => return,
        }
        match body.last_mut().map(|last| &mut last.kind) {
            Some(StatementKind::Block(inner)) => body = inner,
            _ => return,
        }
    }
}
