//! Whether statements mention a registration, without running them.

use crate::ir::{
    Argument, Element, Expression, ExpressionKind, Function, MemberKind, Statement, StatementKind,
};

/// Names of members that register something.
const REGISTERS: &[&str] = &[
    "tool",
    "registerTool",
    "registerToolTask",
    "addTool",
    "add_tool",
    "AddTool",
    "setRequestHandler",
    "list_tools",
    "call_tool",
    "prompt",
    "registerPrompt",
    "resource",
    "registerResource",
    "RegisterTool",
    "AddPrompt",
    "AddResource",
    "AddResourceTemplate",
    "AddTools",
];

/// How deep statements are looked into.
const DEPTH: usize = 12;

/// Whether one of these statements calls something that registers.
pub(crate) fn registers(statements: &[Statement]) -> bool {
    statements.iter().any(|statement| statement_registers(statement, DEPTH))
}

fn any(statements: &[Statement], depth: usize) -> bool {
    depth > 0 && statements.iter().any(|statement| statement_registers(statement, depth - 1))
}

fn statement_registers(statement: &Statement, depth: usize) -> bool {
    match &statement.kind {
        StatementKind::Expression(expression) | StatementKind::Return(Some(expression)) => {
            mentions(expression, depth)
        }
        StatementKind::Declare { value: Some(value), .. } => mentions(value, depth),
        StatementKind::If { then, otherwise, .. } => any(then, depth) || any(otherwise, depth),
        StatementKind::ForEach { body, .. }
        | StatementKind::While { body, .. }
        | StatementKind::Block(body) => any(body, depth),
        StatementKind::With { body, .. } => any(body, depth),
        StatementKind::Try { body, finally, .. } => any(body, depth) || any(finally, depth),
        StatementKind::Function(function) => decorated(function, depth) || any(&function.body, depth),
        StatementKind::Class(class) => class.members.iter().any(|member| match &member.kind {
            MemberKind::Method(function) => any(&function.body, depth),
            _ => false,
        }),
        _ => false,
    }
}

pub(crate) fn decorated(function: &Function, depth: usize) -> bool {
    function.decorators.iter().any(|decorator| mentions(decorator, depth))
}

pub(crate) fn mentions(expression: &Expression, depth: usize) -> bool {
    if depth == 0 {
        return false;
    }
    match &expression.kind {
        ExpressionKind::Call { callee, arguments, .. } => {
            mentions(callee, depth - 1)
                || arguments.iter().any(|argument| match argument {
                    Argument::Plain(inner) => mentions(inner, depth - 1),
                    _ => false,
                })
        }
        ExpressionKind::Member { object, name, .. } => {
            REGISTERS.contains(&&**name) || mentions(object, depth - 1)
        }
        // Routes of Starlette are made in lists that a method gives back, which a framework calls.
        ExpressionKind::Name(name) => matches!(&**name, "register_tool" | "registerTool" | "Route"),
        ExpressionKind::List(elements) => elements.iter().any(|element| match element {
            Element::One(inner) | Element::Spread(inner) => mentions(inner, depth - 1),
        }),
        ExpressionKind::Binary(_, left, right) => mentions(left, depth - 1) || mentions(right, depth - 1),
        ExpressionKind::Await(inner) => mentions(inner, depth - 1),
        ExpressionKind::Assign { value, .. } => mentions(value, depth - 1),
        ExpressionKind::Function(function) => any(&function.body, depth - 1),
        _ => false,
    }
}
