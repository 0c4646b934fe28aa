//! Expressions.

use tree_sitter::Node;

use super::literal as read;
use super::translator::{Translator, children, expression, fields, literal, opaque};
use super::types::is_basic;
use crate::chain::{self, balanced};
use crate::ir::{
    Argument, At, Binary, Element, Expression, ExpressionKind, Function, Literal, Logical, Unary,
};

impl<'t> Translator<'t> {
    /// An expression.
    pub(super) fn expression(&mut self, node: Node<'t>) -> Expression {
        self.deeper(node, || opaque(node, Vec::new()), |translator| translator.inside(node))
    }

    /// The expression in a field; nothing known where it is missing.
    pub(super) fn operand(&mut self, node: Node<'t>, field: &str) -> Expression {
        match node.child_by_field_name(field) {
            Some(operand) => self.expression(operand),
            None => opaque(node, Vec::new()),
        }
    }

    fn optional(&mut self, node: Node<'t>, field: &str) -> Option<Box<Expression>> {
        node.child_by_field_name(field).map(|operand| Box::new(self.expression(operand)))
    }

    /// The expressions of a list.
    pub(super) fn list(&mut self, node: Node<'t>) -> Vec<Expression> {
        children(node).into_iter().map(|child| self.expression(child)).collect()
    }

    fn inside(&mut self, node: Node<'t>) -> Expression {
        let kind = match node.kind() {
            "identifier" | "package_identifier" | "field_identifier" => {
                ExpressionKind::Name(self.text(node).into())
            }
            "interpreted_string_literal" | "raw_string_literal" => ExpressionKind::Literal(self.string(node)),
            "rune_literal" => ExpressionKind::Literal(read::interpreted(self.text(node))),
            "int_literal" => ExpressionKind::Literal(read::integer(self.text(node))),
            "float_literal" => ExpressionKind::Literal(read::float(self.text(node))),
            "nil" => ExpressionKind::Literal(Literal::Nothing),
            "true" => ExpressionKind::Literal(Literal::Bool(true)),
            "false" => ExpressionKind::Literal(Literal::Bool(false)),
            "iota" => ExpressionKind::Literal(Literal::Number(self.iota as f64)),
            "parenthesized_expression" | "literal_element" | "expression_statement" => {
                return match children(node).first() {
                    Some(inner) => self.expression(*inner),
                    None => opaque(node, Vec::new()),
                };
            }
            "selector_expression" => ExpressionKind::Member {
                object: Box::new(self.operand(node, "operand")),
                name: node
                    .child_by_field_name("field")
                    .map(|field| self.text(field))
                    .unwrap_or_default()
                    .into(),
                optional: false,
            },
            "index_expression" => ExpressionKind::Index {
                object: Box::new(self.operand(node, "operand")),
                index: Box::new(self.operand(node, "index")),
            },
            "slice_expression" => ExpressionKind::Slice {
                object: Box::new(self.operand(node, "operand")),
                from: self.optional(node, "start"),
                to: self.optional(node, "end"),
            },
            "call_expression" => return self.call(node),
            "type_conversion_expression" | "type_assertion_expression" => return self.conversion(node),
            "type_instantiation_expression" => return self.type_of(first_or(node)),
            "composite_literal" => return self.composite(node),
            "func_literal" => ExpressionKind::Function(Box::new(self.closure(node))),
            "unary_expression" => return self.unary(node),
            "binary_expression" => return self.binary(node),
            "slice_type" | "map_type" | "qualified_type" | "type_identifier" | "generic_type"
            | "pointer_type" | "array_type" => {
                return self.type_of(node);
            }
            "ERROR" => ExpressionKind::Opaque(Vec::new()),
            _ => ExpressionKind::Opaque(Vec::new()),
        };
        expression(node, kind)
    }

    /// A text between quotes of any kind.
    pub(super) fn string(&self, node: Node<'t>) -> Literal {
        let source = self.text(node);
        if source.starts_with('`') { read::raw(source) } else { read::interpreted(source) }
    }

    /// A call; `new` and `make` give what they make.
    fn call(&mut self, node: Node<'t>) -> Expression {
        let list = node.child_by_field_name("arguments");
        let callee = node.child_by_field_name("function");
        let called = callee.filter(|callee| callee.kind() == "identifier").map(|callee| self.text(callee));
        if let (Some("new" | "make"), Some(list)) = (called, list)
            && let Some(made) = children(list).first()
        {
            let zero = self.zero(*made).map(|zero| zero.kind);
            return expression(node, zero.unwrap_or(ExpressionKind::Opaque(Vec::new())));
        }
        let callee = match (callee, node.child_by_field_name("type_arguments")) {
            (Some(callee), Some(list)) => self.applied(callee, list),
            (Some(callee), None) => self.callee(callee),
            (None, _) => opaque(node, Vec::new()),
        };
        let callee = Box::new(callee);
        let mut arguments = Vec::new();
        for argument in list.map(children).unwrap_or_default() {
            arguments.push(match argument.kind() {
                "variadic_argument" => Argument::Spread(self.expression(first_or(argument))),
                _ => Argument::Plain(self.expression(argument)),
            });
        }
        expression(node, ExpressionKind::Call { callee, arguments, is_new: false })
    }

    /// What is called. `Parse[int](x)` and `handlers[name](x)` look the same: what is in the brackets decides.
    fn callee(&mut self, node: Node<'t>) -> Expression {
        let index = node.child_by_field_name("index");
        if node.kind() == "index_expression" && index.is_some_and(|index| self.is_type(index)) {
            return self.operand(node, "operand");
        }
        self.expression(node)
    }

    /// A name with brackets that were read as type arguments.
    fn applied(&mut self, function: Node<'t>, list: Node<'t>) -> Expression {
        let called = self.callee(function);
        let list = children(list);
        let [one] = list.as_slice() else { return called };
        if self.is_type(*one) {
            return called;
        }
        let index = Box::new(self.type_of(*one));
        expression(function, ExpressionKind::Index { object: Box::new(called), index })
    }

    /// Whether this names a type: one of the language or of the file, an exported one of a package.
    fn is_type(&self, node: Node<'t>) -> bool {
        let node = match children(node).first() {
            Some(inner) if node.kind() == "type_elem" => *inner,
            _ => node,
        };
        let text = self.text(node);
        match node.kind() {
            "identifier" | "type_identifier" => is_basic(text) || self.types.contains_key(text),
            "selector_expression" | "qualified_type" => {
                text.split_once('.').is_some_and(|(package, _)| self.packages.contains(package))
            }
            kind => kind.ends_with("_type"),
        }
    }

    /// `T(x)` and `x.(T)`: a call of a basic type, which may make it harmless, and of a generic function, which looks
    /// the same; else the value itself.
    fn conversion(&mut self, node: Node<'t>) -> Expression {
        let value = self.operand(node, "operand");
        let Some(kind) = node.child_by_field_name("type") else { return value };
        let parts = (kind.child_by_field_name("type"), kind.child_by_field_name("type_arguments"));
        let callee = match parts {
            (Some(function), Some(list)) => self.applied(function, list),
            _ if is_basic(self.text(kind)) => self.type_of(kind),
            _ => return value,
        };
        let arguments = vec![Argument::Plain(value)];
        expression(node, ExpressionKind::Call { callee: Box::new(callee), arguments, is_new: false })
    }

    /// `value, ok := x`: the value and whether there is one.
    pub(super) fn with_presence(&mut self, node: Node<'t>) -> Expression {
        let inner = unparenthesized(node);
        let presence = match inner.kind() {
            "index_expression" => {
                let key = Box::new(self.operand(inner, "index"));
                ExpressionKind::Binary(Binary::In, key, Box::new(self.operand(inner, "operand")))
            }
            "type_assertion_expression" => {
                let value = Box::new(self.operand(inner, "operand"));
                let kind = inner.child_by_field_name("type").map(|kind| self.type_of(kind));
                let kind = kind.unwrap_or_else(|| opaque(inner, Vec::new()));
                ExpressionKind::Binary(Binary::InstanceOf, value, Box::new(kind))
            }
            "unary_expression" => ExpressionKind::Opaque(Vec::new()),
            _ => return self.expression(node),
        };
        let value = self.expression(inner);
        let presence = expression(inner, presence);
        expression(node, ExpressionKind::List(vec![Element::One(value), Element::One(presence)]))
    }

    fn unary(&mut self, node: Node<'t>) -> Expression {
        let operand = self.operand(node, "operand");
        let operator = node.child_by_field_name("operator").map(|operator| self.text(operator));
        let operation = match operator {
            Some("-") => Unary::Minus,
            Some("+") => Unary::Plus,
            Some("!") => Unary::Not,
            Some("^") => Unary::Invert,
            // A channel is a list: what is sent is pushed, what is received is any of it.
            Some("<-") => return super::statement::method(node, operand, "shift", Vec::new()),
            _ => return operand,
        };
        expression(node, ExpressionKind::Unary(operation, Box::new(operand)))
    }

    /// `a + b`. A chain of one operation is walked, not recursed into.
    fn binary(&mut self, node: Node<'t>) -> Expression {
        let Some(operator) = node.child_by_field_name("operator").map(|operator| self.text(operator)) else {
            return opaque(node, Vec::new());
        };
        let mut operands = Vec::new();
        let mut left = node;
        loop {
            operands.extend(left.child_by_field_name("right"));
            let Some(inner) = left.child_by_field_name("left") else { break };
            let same = inner.child_by_field_name("operator").map(|operator| self.text(operator));
            if inner.kind() != "binary_expression" || same != Some(operator) {
                operands.push(inner);
                break;
            }
            left = inner;
        }
        let is_joining = matches!(operator, "+" | "&&" | "||" | "|");
        if operands.len() > chain::LONGEST && !is_joining {
            let parts =
                operands.into_iter().take(chain::LONGEST).map(|operand| self.expression(operand)).collect();
            return opaque(node, parts);
        }
        operands.reverse();
        let parts: Vec<Expression> = operands.into_iter().map(|operand| self.expression(operand)).collect();
        let join = |left: Expression, right: Expression| {
            let place = At { start: left.at.start, end: right.at.end };
            let (left, right) = (Box::new(left), Box::new(right));
            let kind = match operator {
                "&&" => ExpressionKind::Logical(Logical::And, left, right),
                "||" => ExpressionKind::Logical(Logical::Or, left, right),
                _ => ExpressionKind::Binary(binary(operator), left, right),
            };
            Expression { at: place, kind }
        };
        balanced(parts, &join).unwrap_or_else(|| opaque(node, Vec::new()))
    }

    /// `func(…) {…}` as a value.
    fn closure(&mut self, node: Node<'t>) -> Function {
        self.function(node, "", Vec::new())
    }

    /// Names of a declaration.
    pub(super) fn names(&self, node: Node<'t>) -> Vec<Node<'t>> {
        fields(node, "name").into_iter().filter(|name| name.kind() == "identifier").collect()
    }

    /// A literal number.
    pub(super) fn one(&self, node: Node<'t>) -> Expression {
        literal(node, Literal::Number(1.0))
    }
}

/// What is inside parentheses.
pub(super) fn unparenthesized(node: Node<'_>) -> Node<'_> {
    let mut node = node;
    for _ in 0..64 {
        match children(node).first() {
            Some(inner) if node.kind() == "parenthesized_expression" => node = *inner,
            _ => break,
        }
    }
    node
}

fn first_or(node: Node<'_>) -> Node<'_> {
    children(node).first().copied().unwrap_or(node)
}

/// Operations on two operands, also as part of an assignment.
pub(super) fn binary(operator: &str) -> Binary {
    match operator {
        "+" => Binary::Add,
        "-" => Binary::Subtract,
        "*" => Binary::Multiply,
        "/" => Binary::Divide,
        "%" => Binary::Remainder,
        "|" => Binary::Or,
        "==" => Binary::Equal,
        "!=" => Binary::NotEqual,
        "<" => Binary::Less,
        "<=" => Binary::LessOrEqual,
        ">" => Binary::Greater,
        ">=" => Binary::GreaterOrEqual,
        _ => Binary::Arithmetic,
    }
}
