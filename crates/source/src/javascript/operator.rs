//! Operators, and chains of them.

use oxc_ast::ast;
use oxc_span::GetSpan;
use oxc_syntax::operator::{
    AssignmentOperator, BinaryOperator, LogicalOperator, UnaryOperator, UpdateOperator,
};

use super::translate::{Translator, from_to, opaque};
use crate::ir::{Binary, Expression, ExpressionKind, Literal, Logical, Pattern, Unary};

/// Chains of one operator with more operands become a balanced tree: `a + b + c + …` of generated code would be as
/// deep as it is long. What joins texts and decides between values means the same either way.
const LONGEST_CHAIN: usize = 32;

impl<'a> Translator<'a> {
    pub(super) fn unary(&mut self, value: &ast::UnaryExpression<'a>) -> ExpressionKind {
        let argument = self.expression(&value.argument);
        let operation = match value.operator {
            UnaryOperator::UnaryPlus => Unary::Plus,
            UnaryOperator::UnaryNegation => Unary::Minus,
            UnaryOperator::LogicalNot => Unary::Not,
            UnaryOperator::BitwiseNot => Unary::Invert,
            UnaryOperator::Typeof => Unary::TypeOf,
            UnaryOperator::Void => Unary::Void,
            // As a statement of its own it is one of the small language.
            UnaryOperator::Delete => return ExpressionKind::Opaque(vec![argument]),
        };
        ExpressionKind::Unary(operation, Box::new(argument))
    }

    /// `x++` is `x += 1`: that the value is the former one matters to numbers only.
    pub(super) fn update(&mut self, value: &ast::UpdateExpression<'a>) -> ExpressionKind {
        let operation = match value.operator {
            UpdateOperator::Increment => Binary::Add,
            UpdateOperator::Decrement => Binary::Subtract,
        };
        let target = Box::new(self.simple_target(&value.argument));
        let one = Expression { at: self.at(value.span), kind: ExpressionKind::Literal(Literal::Number(1.0)) };
        ExpressionKind::Assign { target, operation: Some(operation), value: Box::new(one) }
    }

    pub(super) fn binary(&mut self, value: &ast::BinaryExpression<'a>) -> ExpressionKind {
        let mut operands = vec![&value.right];
        let mut left = &value.left;
        while let ast::Expression::BinaryExpression(inner) = left
            && inner.operator == value.operator
        {
            operands.push(&inner.right);
            left = &inner.left;
        }
        operands.push(left);
        let operation = binary_operation(value.operator);
        self.chain(&operands, |left, right| ExpressionKind::Binary(operation, left, right))
    }

    pub(super) fn logical(&mut self, value: &ast::LogicalExpression<'a>) -> ExpressionKind {
        let mut operands = vec![&value.right];
        let mut left = &value.left;
        while let ast::Expression::LogicalExpression(inner) = left
            && inner.operator == value.operator
        {
            operands.push(&inner.right);
            left = &inner.left;
        }
        operands.push(left);
        let operation = logical_operation(value.operator);
        self.chain(&operands, |left, right| ExpressionKind::Logical(operation, left, right))
    }

    /// Joins operands that stand in reverse order.
    fn chain(
        &mut self,
        operands: &[&ast::Expression<'a>],
        join: impl Fn(Box<Expression>, Box<Expression>) -> ExpressionKind + Copy,
    ) -> ExpressionKind {
        let balanced = operands.len() > LONGEST_CHAIN;
        let levels =
            if balanced { operands.len().ilog2() as usize } else { operands.len().saturating_sub(2) };
        let span = operands.last().map(|first| first.span()).unwrap_or_default();
        let translate = |this: &mut Self| {
            operands.iter().rev().map(|operand| this.expression(operand)).collect::<Vec<_>>()
        };
        let mut values = self.deeper_by(levels, span, translate).unwrap_or_default();
        let pair = |left: Expression, right: Expression| {
            let at = from_to(left.at, right.at);
            Expression { at, kind: join(Box::new(left), Box::new(right)) }
        };
        while balanced && values.len() > 1 {
            let mut rest = values.into_iter();
            let mut joined = Vec::with_capacity(rest.len().div_ceil(2));
            while let Some(left) = rest.next() {
                joined.push(match rest.next() {
                    Some(right) => pair(left, right),
                    None => left,
                });
            }
            values = joined;
        }
        match values.into_iter().reduce(pair) {
            Some(value) => value.kind,
            None => ExpressionKind::Opaque(Vec::new()),
        }
    }

    pub(super) fn assignment(&mut self, value: &ast::AssignmentExpression<'a>) -> ExpressionKind {
        let target = self.target(&value.left);
        let right = self.expression(&value.right);
        let (operation, right) = match value.operator {
            AssignmentOperator::Assign => (None, right),
            AssignmentOperator::LogicalOr => (None, decided(Logical::Or, &target, right)),
            AssignmentOperator::LogicalAnd => (None, decided(Logical::And, &target, right)),
            AssignmentOperator::LogicalNullish => (None, decided(Logical::Coalesce, &target, right)),
            AssignmentOperator::Addition => (Some(Binary::Add), right),
            AssignmentOperator::Subtraction => (Some(Binary::Subtract), right),
            AssignmentOperator::Multiplication => (Some(Binary::Multiply), right),
            AssignmentOperator::Division => (Some(Binary::Divide), right),
            AssignmentOperator::Remainder => (Some(Binary::Remainder), right),
            AssignmentOperator::BitwiseOR => (Some(Binary::Or), right),
            AssignmentOperator::Exponential
            | AssignmentOperator::ShiftLeft
            | AssignmentOperator::ShiftRight
            | AssignmentOperator::ShiftRightZeroFill
            | AssignmentOperator::BitwiseXOR
            | AssignmentOperator::BitwiseAnd => (Some(Binary::Arithmetic), right),
        };
        ExpressionKind::Assign { target: Box::new(target), operation, value: Box::new(right) }
    }
}

/// `x ??= y` assigns `x ?? y`.
fn decided(operation: Logical, target: &Pattern, right: Expression) -> Expression {
    let left = match target {
        Pattern::Name(name, at) => Expression { at: *at, kind: ExpressionKind::Name(name.clone()) },
        Pattern::Place(place) => read_again(place),
        _ => opaque(right.at),
    };
    let at = from_to(left.at, right.at);
    Expression { at, kind: ExpressionKind::Logical(operation, Box::new(left), Box::new(right)) }
}

/// The value of a place that is written. Only names, members and literals are repeated: with anything else inside,
/// nested assignments would double at each level.
fn read_again(place: &Expression) -> Expression {
    let kind = match &place.kind {
        ExpressionKind::Name(_)
        | ExpressionKind::This
        | ExpressionKind::Super
        | ExpressionKind::Literal(_) => place.kind.clone(),
        ExpressionKind::Member { object, name, optional } => ExpressionKind::Member {
            object: Box::new(read_again(object)),
            name: name.clone(),
            optional: *optional,
        },
        ExpressionKind::Index { object, index } => {
            ExpressionKind::Index { object: Box::new(read_again(object)), index: Box::new(read_again(index)) }
        }
        _ => ExpressionKind::Opaque(Vec::new()),
    };
    Expression { at: place.at, kind }
}

fn binary_operation(operator: BinaryOperator) -> Binary {
    match operator {
        BinaryOperator::Equality | BinaryOperator::StrictEquality => Binary::Equal,
        BinaryOperator::Inequality | BinaryOperator::StrictInequality => Binary::NotEqual,
        BinaryOperator::LessThan => Binary::Less,
        BinaryOperator::LessEqualThan => Binary::LessOrEqual,
        BinaryOperator::GreaterThan => Binary::Greater,
        BinaryOperator::GreaterEqualThan => Binary::GreaterOrEqual,
        BinaryOperator::Addition => Binary::Add,
        BinaryOperator::Subtraction => Binary::Subtract,
        BinaryOperator::Multiplication => Binary::Multiply,
        BinaryOperator::Division => Binary::Divide,
        BinaryOperator::Remainder => Binary::Remainder,
        BinaryOperator::BitwiseOR => Binary::Or,
        BinaryOperator::Exponential
        | BinaryOperator::ShiftLeft
        | BinaryOperator::ShiftRight
        | BinaryOperator::ShiftRightZeroFill
        | BinaryOperator::BitwiseXOR
        | BinaryOperator::BitwiseAnd => Binary::Arithmetic,
        BinaryOperator::In => Binary::In,
        BinaryOperator::Instanceof => Binary::InstanceOf,
    }
}

fn logical_operation(operator: LogicalOperator) -> Logical {
    match operator {
        LogicalOperator::Or => Logical::Or,
        LogicalOperator::And => Logical::And,
        LogicalOperator::Coalesce => Logical::Coalesce,
    }
}
