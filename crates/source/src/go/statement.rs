//! Statements.

use tree_sitter::Node;

use super::expression::binary;
use super::translator::{Translator, at, children, expression, fields, literal, name, opaque};
use crate::ir::{
    Argument, Binary, Element, Expression, ExpressionKind, Literal, Over, Pattern, Statement, StatementKind,
};

impl<'t> Translator<'t> {
    /// The statements of a block, a case or whatever holds statements.
    pub(super) fn block(&mut self, node: Node<'t>) -> Vec<Statement> {
        let mut into = Vec::new();
        for child in children(node) {
            if child.kind() == "statement_list" || child.is_error() {
                for statement in children(child) {
                    self.statement(statement, &mut into);
                }
            } else if node.kind() == "block" {
                self.statement(child, &mut into);
            }
        }
        into
    }

    /// A statement.
    pub(super) fn statement(&mut self, node: Node<'t>, into: &mut Vec<Statement>) {
        self.deeper(node, || (), |translator| translator.statement_inside(node, into));
    }

    fn statement_inside(&mut self, node: Node<'t>, into: &mut Vec<Statement>) {
        let kind = match node.kind() {
            "expression_statement" | "go_statement" | "defer_statement" => self.evaluation(node),
            "short_var_declaration" => return self.declaration(node, into),
            "assignment_statement" => self.assignment(node),
            "inc_statement" => self.step(node, Binary::Add),
            "dec_statement" => self.step(node, Binary::Subtract),
            "var_declaration" => return self.variables(node, into),
            "const_declaration" => return self.constants(node, into),
            "type_declaration" => return self.type_declaration(node, into),
            "return_statement" => StatementKind::Return(self.returned(node)),
            "if_statement" => self.choice(node),
            "for_statement" => self.repeat(node),
            "expression_switch_statement" => self.switch(node),
            "type_switch_statement" => self.type_switch(node),
            "select_statement" => self.select(node),
            "send_statement" => {
                let channel = self.operand(node, "channel");
                let value = self.operand(node, "value");
                StatementKind::Expression(method(node, channel, "push", vec![Argument::Plain(value)]))
            }
            "receive_statement" => return self.received(node, into),
            "labeled_statement" => {
                for inner in children(node).into_iter().filter(|inner| inner.kind() != "label_name") {
                    self.statement(inner, into);
                }
                return;
            }
            "block" => StatementKind::Block(self.block(node)),
            "break_statement" => StatementKind::Break,
            "continue_statement" => StatementKind::Continue,
            "ERROR" => {
                for inner in children(node) {
                    self.statement(inner, into);
                }
                return;
            }
            // An expression of a broken statement; `goto`, `fallthrough` (see `switch`) and `;` do nothing here.
            kind if kind.ends_with("_expression") => StatementKind::Expression(self.expression(node)),
            _ => return,
        };
        into.push(Statement { at: at(node), kind });
    }

    /// A call; `panic` throws.
    fn evaluation(&mut self, node: Node<'t>) -> StatementKind {
        let Some(inner) = children(node).first().copied() else {
            return StatementKind::Expression(opaque(node, Vec::new()));
        };
        let callee = inner.child_by_field_name("function").map(|callee| self.text(callee));
        if node.kind() == "expression_statement" && callee == Some("panic") {
            let list = inner.child_by_field_name("arguments").map(children).unwrap_or_default();
            return StatementKind::Throw(list.first().map(|thrown| self.expression(*thrown)));
        }
        let call = self.expression(inner);
        if node.kind() != "go_statement" {
            return StatementKind::Expression(call);
        }
        // `go f(x)`: a call of `go` with what runs beside the program.
        let started = match call.kind {
            ExpressionKind::Call { callee, mut arguments, is_new: false } => {
                arguments.insert(0, Argument::Plain(*callee));
                let callee = Box::new(name(node, "go"));
                ExpressionKind::Call { callee, arguments, is_new: false }
            }
            other => other,
        };
        StatementKind::Expression(expression(node, started))
    }

    /// `a, b := …`.
    fn declaration(&mut self, node: Node<'t>, into: &mut Vec<Statement>) {
        let targets = node.child_by_field_name("left").map(children).unwrap_or_default();
        let patterns: Vec<Pattern> = targets.into_iter().map(|target| self.bound(target)).collect();
        let value = node.child_by_field_name("right").map(|right| self.values(right, patterns.len()));
        let kind = StatementKind::Declare { pattern: together(patterns), value, annotation: None };
        into.push(Statement { at: at(node), kind });
    }

    /// The right side of an assignment to so many places.
    fn values(&mut self, right: Node<'t>, places: usize) -> Expression {
        match (children(right).as_slice(), places) {
            ([one], 2) => self.with_presence(*one),
            ([one], _) => self.expression(*one),
            _ => {
                let values = self.list(right).into_iter().map(Element::One).collect();
                expression(right, ExpressionKind::List(values))
            }
        }
    }

    fn assignment(&mut self, node: Node<'t>) -> StatementKind {
        let operator = node.child_by_field_name("operator").map(|operator| self.text(operator));
        let operation =
            operator.and_then(|operator| operator.strip_suffix('=')).filter(|part| !part.is_empty());
        let targets = node.child_by_field_name("left").map(children).unwrap_or_default();
        let patterns: Vec<Pattern> = targets.into_iter().map(|target| self.place(target)).collect();
        let places = if operation.is_some() { 1 } else { patterns.len() };
        let value = match node.child_by_field_name("right") {
            Some(right) => self.values(right, places),
            None => opaque(node, Vec::new()),
        };
        if let [Pattern::Ignore] = patterns.as_slice() {
            return StatementKind::Expression(value);
        }
        let kind = ExpressionKind::Assign {
            target: Box::new(together(patterns)),
            operation: operation.map(binary),
            value: Box::new(value),
        };
        StatementKind::Expression(expression(node, kind))
    }

    /// What an assignment assigns to. What a pointer points to is the pointer itself here.
    fn place(&mut self, node: Node<'t>) -> Pattern {
        match node.kind() {
            "identifier" => self.bound(node),
            "parenthesized_expression" | "unary_expression" => match children(node).last() {
                Some(inner) => self.deeper(node, || Pattern::Ignore, |translator| translator.place(*inner)),
                None => Pattern::Ignore,
            },
            _ => Pattern::Place(Box::new(self.expression(node))),
        }
    }

    fn step(&mut self, node: Node<'t>, operation: Binary) -> StatementKind {
        let Some(target) = children(node).first().copied() else {
            return StatementKind::Expression(opaque(node, Vec::new()));
        };
        let target = Box::new(self.place(target));
        let kind =
            ExpressionKind::Assign { target, operation: Some(operation), value: Box::new(self.one(node)) };
        StatementKind::Expression(expression(node, kind))
    }

    /// `var a, b T = …`. Without a value it is the zero value of the type.
    fn variables(&mut self, node: Node<'t>, into: &mut Vec<Statement>) {
        let mut specs = Vec::new();
        for child in children(node) {
            if child.kind() == "var_spec_list" { specs.extend(children(child)) } else { specs.push(child) }
        }
        for spec in specs {
            let kind = spec.child_by_field_name("type");
            let names = self.names(spec);
            let values = spec.child_by_field_name("value");
            let count = values.map(children).map_or(0, |values| values.len());
            if let Some(values) = values.filter(|_| count != names.len()) {
                let patterns: Vec<Pattern> = names.iter().map(|called| self.bound(*called)).collect();
                let value = Some(self.values(values, patterns.len()));
                let annotation = kind.map(|kind| self.type_of(kind));
                let kind = StatementKind::Declare { pattern: together(patterns), value, annotation };
                into.push(Statement { at: at(spec), kind });
                continue;
            }
            let mut values = values.map(children).unwrap_or_default().into_iter();
            for called in names {
                let value = match values.next() {
                    Some(value) => Some(self.expression(value)),
                    None => kind.and_then(|kind| self.again(|translator| translator.zero(kind))),
                };
                let annotation = kind.map(|kind| self.again(|translator| translator.type_of(kind)));
                let kind = StatementKind::Declare { pattern: self.bound(called), value, annotation };
                into.push(Statement { at: at(spec), kind });
            }
        }
    }

    /// What `return` gives: several values are a list, none are the named results.
    fn returned(&mut self, node: Node<'t>) -> Option<Expression> {
        let Some(list) = children(node).first().copied() else {
            let named = self.results.last().cloned().unwrap_or_default();
            let mut named: Vec<Expression> = named.into_iter().map(|result| name(node, result)).collect();
            return if named.len() > 1 {
                Some(expression(node, ExpressionKind::List(named.into_iter().map(Element::One).collect())))
            } else {
                named.pop()
            };
        };
        Some(self.values(list, 1))
    }

    /// `if`. What it declares first belongs to it alone.
    fn choice(&mut self, node: Node<'t>) -> StatementKind {
        let mut first = Vec::new();
        if let Some(beginning) = node.child_by_field_name("initializer") {
            self.statement(beginning, &mut first);
        }
        let condition = self.operand(node, "condition");
        let then = node.child_by_field_name("consequence").map(|then| self.block(then)).unwrap_or_default();
        let mut otherwise = Vec::new();
        match node.child_by_field_name("alternative") {
            Some(block) if block.kind() == "block" => otherwise = self.block(block),
            Some(choice) => self.statement(choice, &mut otherwise),
            None => {}
        }
        after(first, StatementKind::If { condition, then, otherwise }, node)
    }

    fn repeat(&mut self, node: Node<'t>) -> StatementKind {
        let body = node.child_by_field_name("body");
        let head = children(node).into_iter().find(|head| Some(*head) != body && !head.is_error());
        match head {
            Some(head) if head.kind() == "range_clause" => self.range(head, body),
            Some(head) if head.kind() == "for_clause" => {
                let mut first = Vec::new();
                if let Some(beginning) = head.child_by_field_name("initializer") {
                    self.statement(beginning, &mut first);
                }
                let condition = match head.child_by_field_name("condition") {
                    Some(condition) => self.expression(condition),
                    None => literal(head, Literal::Bool(true)),
                };
                let step = head.child_by_field_name("update").and_then(|update| self.update(update));
                let body = body.map(|body| self.block(body)).unwrap_or_default();
                after(first, StatementKind::While { condition, body, step, body_first: false }, node)
            }
            head => {
                let condition = match head {
                    Some(condition) => self.expression(condition),
                    None => literal(node, Literal::Bool(true)),
                };
                let body = body.map(|body| self.block(body)).unwrap_or_default();
                StatementKind::While { condition, body, step: None, body_first: false }
            }
        }
    }

    /// What runs after each turn, as an expression.
    fn update(&mut self, node: Node<'t>) -> Option<Expression> {
        let mut statements = Vec::new();
        self.statement(node, &mut statements);
        match statements.pop()?.kind {
            StatementKind::Expression(step) => Some(step),
            _ => None,
        }
    }

    /// `for key, value := range …`.
    fn range(&mut self, head: Node<'t>, body: Option<Node<'t>>) -> StatementKind {
        let targets = head.child_by_field_name("left").map(children).unwrap_or_default();
        let source = self.text(head);
        let is_declared = source.split("range").next().is_some_and(|left| left.contains(":="));
        let mut patterns: Vec<Pattern> = Vec::new();
        for target in targets {
            patterns.push(match self.bound(target) {
                Pattern::Ignore => Pattern::Ignore,
                pattern if is_declared => pattern,
                _ => Pattern::Place(Box::new(self.expression(target))),
            });
        }
        let (over, pattern) = match (patterns.pop(), patterns.pop()) {
            (Some(value), Some(Pattern::Ignore)) => (Over::Elements, value),
            (Some(Pattern::Ignore), Some(key)) => (Over::Keys, key),
            (Some(value), Some(key)) => (Over::Pairs, together(vec![key, value])),
            (Some(key), None) => (Over::Keys, key),
            (None, _) => (Over::Keys, Pattern::Ignore),
        };
        let iterable = self.operand(head, "right");
        let body = body.map(|body| self.block(body)).unwrap_or_default();
        StatementKind::ForEach { pattern, iterable, over, body, otherwise: Vec::new() }
    }

    /// `value, ok := <-channel` of a `select`.
    fn received(&mut self, node: Node<'t>, into: &mut Vec<Statement>) {
        let value = self.operand(node, "right");
        let targets = node.child_by_field_name("left").map(children).unwrap_or_default();
        let kind = match targets.first() {
            Some(target) => {
                let pattern = self.bound(*target);
                StatementKind::Declare { pattern, value: Some(value), annotation: None }
            }
            None => StatementKind::Expression(value),
        };
        into.push(Statement { at: at(node), kind });
        for flag in targets.iter().skip(1) {
            let value = Some(opaque(node, Vec::new()));
            let kind = StatementKind::Declare { pattern: self.bound(*flag), value, annotation: None };
            into.push(Statement { at: at(node), kind });
        }
    }

    /// What stands before the value of a `switch`.
    pub(super) fn beginning(&mut self, node: Node<'t>) -> Vec<Statement> {
        let mut first = Vec::new();
        for beginning in fields(node, "initializer") {
            self.statement(beginning, &mut first);
        }
        first
    }
}

/// A call of a method.
pub(super) fn method(
    node: Node<'_>,
    object: Expression,
    called: &str,
    arguments: Vec<Argument>,
) -> Expression {
    let member = ExpressionKind::Member { object: Box::new(object), name: called.into(), optional: false };
    let callee = Box::new(expression(node, member));
    expression(node, ExpressionKind::Call { callee, arguments, is_new: false })
}

/// One pattern, or a list of them.
fn together(mut patterns: Vec<Pattern>) -> Pattern {
    match patterns.len() {
        1 => patterns.pop().unwrap_or(Pattern::Ignore),
        _ => Pattern::List { elements: patterns.into_iter().map(Some).collect(), rest: None },
    }
}

/// A statement after what it declares first, in a block of their own.
pub(super) fn after(first: Vec<Statement>, kind: StatementKind, node: Node<'_>) -> StatementKind {
    if first.is_empty() {
        return kind;
    }
    let mut block = first;
    block.push(Statement { at: at(node), kind });
    StatementKind::Block(block)
}
