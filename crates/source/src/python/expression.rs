//! Expressions.

use ruff_python_ast::{
    Arguments, BoolOp, CmpOp, Comprehension, Expr, ExprBinOp, ExprBoolOp, ExprCompare, ExprDict, ExprNamed,
    ExprSlice, ExprSubscript, Number, Operator, UnaryOp,
};
use ruff_text_size::Ranged;

use super::translator::{Translator, at, expression, name, nothing, opaque};
use crate::chain::{self, balanced};
use crate::ir::{
    Argument, At, Binary, Clause, Element, Entry, Expression, ExpressionKind, Literal, Logical, Pattern,
    Unary,
};

impl<'a> Translator<'a> {
    /// An expression.
    pub(super) fn expression(&mut self, source: &'a Expr) -> Expression {
        let range = source.range();
        let left_out = || opaque(at(range), Vec::new());
        self.deeper(range, left_out, |translator| Expression { at: at(range), kind: translator.kind(source) })
    }

    fn boxed(&mut self, source: &'a Expr) -> Box<Expression> {
        Box::new(self.expression(source))
    }

    fn expressions(&mut self, sources: &'a [Expr]) -> Vec<Expression> {
        sources.iter().map(|source| self.expression(source)).collect()
    }

    fn kind(&mut self, source: &'a Expr) -> ExpressionKind {
        let place = at(source.range());
        match source {
            // The parser gives a name without letters where an expression is missing.
            Expr::Name(name) if name.id.is_empty() => ExpressionKind::Opaque(Vec::new()),
            Expr::Name(name) => ExpressionKind::Name(name.id.as_str().into()),
            Expr::NoneLiteral(_) => ExpressionKind::Literal(Literal::Nothing),
            Expr::BooleanLiteral(literal) => ExpressionKind::Literal(Literal::Bool(literal.value)),
            Expr::NumberLiteral(literal) => number(&literal.value),
            Expr::StringLiteral(literal) => ExpressionKind::Literal(super::text::literal(&literal.value)),
            Expr::BytesLiteral(literal) => ExpressionKind::Literal(super::text::bytes(&literal.value)),
            Expr::FString(literal) => self.f_string(&literal.value, place),
            Expr::TString(literal) => self.t_string(&literal.value, place),
            Expr::EllipsisLiteral(_) => ExpressionKind::Name("Ellipsis".into()),
            Expr::BoolOp(operation) => self.logical(operation, place),
            Expr::Named(walrus) => self.walrus(walrus),
            Expr::BinOp(operation) => self.binary(operation, place),
            Expr::UnaryOp(operation) => {
                ExpressionKind::Unary(unary(operation.op), self.boxed(&operation.operand))
            }
            Expr::Compare(comparison) => self.comparison(comparison, place),
            Expr::Lambda(lambda) => ExpressionKind::Function(Box::new(self.lambda(lambda))),
            Expr::If(choice) => ExpressionKind::Choose {
                condition: self.boxed(&choice.test),
                then: self.boxed(&choice.body),
                otherwise: self.boxed(&choice.orelse),
            },
            Expr::Dict(dict) => self.dictionary(dict),
            Expr::Set(set) => ExpressionKind::List(self.elements(&set.elts)),
            Expr::List(list) => ExpressionKind::List(self.elements(&list.elts)),
            Expr::Tuple(tuple) => ExpressionKind::List(self.elements(&tuple.elts)),
            Expr::ListComp(inner) => self.comprehension(None, &inner.elt, &inner.generators),
            Expr::SetComp(inner) => self.comprehension(None, &inner.elt, &inner.generators),
            Expr::Generator(inner) => self.comprehension(None, &inner.elt, &inner.generators),
            Expr::DictComp(inner) => {
                self.comprehension(inner.key.as_deref(), &inner.value, &inner.generators)
            }
            Expr::Await(inner) => ExpressionKind::Await(self.boxed(&inner.value)),
            Expr::Yield(inner) => {
                self.note_yield();
                ExpressionKind::Yield(self.optional_box(inner.value.as_deref()))
            }
            Expr::YieldFrom(inner) => {
                // Some element of the operand.
                self.note_yield();
                let index = Box::new(opaque(place, Vec::new()));
                let element = ExpressionKind::Index { object: self.boxed(&inner.value), index };
                ExpressionKind::Yield(Some(Box::new(expression(place, element))))
            }
            Expr::Call(call) => ExpressionKind::Call {
                callee: self.boxed(&call.func),
                arguments: self.arguments(&call.arguments),
                is_new: false,
            },
            Expr::Attribute(member) => ExpressionKind::Member {
                object: self.boxed(&member.value),
                name: member.attr.as_str().into(),
                optional: false,
            },
            Expr::Subscript(subscript) => self.subscript(subscript),
            Expr::Starred(starred) => {
                ExpressionKind::List(vec![Element::Spread(self.expression(&starred.value))])
            }
            Expr::Slice(slice) => ExpressionKind::Opaque(self.bounds(slice)),
            Expr::IpyEscapeCommand(_) => ExpressionKind::Opaque(Vec::new()),
        }
    }

    /// `a and b and c`.
    fn logical(&mut self, source: &'a ExprBoolOp, place: At) -> ExpressionKind {
        let operation = match source.op {
            BoolOp::And => Logical::And,
            BoolOp::Or => Logical::Or,
        };
        let values = self.expressions(&source.values);
        let join = |left: Expression, right: Expression| {
            let kind = ExpressionKind::Logical(operation, Box::new(left), Box::new(right));
            expression(place, kind)
        };
        balanced(values, &join).map_or(ExpressionKind::Opaque(Vec::new()), |joined| joined.kind)
    }

    fn walrus(&mut self, source: &'a ExprNamed) -> ExpressionKind {
        if let Expr::Name(target) = &*source.target {
            self.note_walrus(&target.id);
        }
        let value = self.boxed(&source.value);
        ExpressionKind::Assign {
            target: Box::new(self.assigned_target(&source.target)),
            operation: None,
            value,
        }
    }

    /// `a + b`. A chain of one operation is walked, not recursed into: generated code has long ones.
    fn binary(&mut self, source: &'a ExprBinOp, place: At) -> ExpressionKind {
        let mut operands = vec![&*source.right];
        let mut left = &*source.left;
        while let Expr::BinOp(inner) = left
            && inner.op == source.op
        {
            operands.push(&inner.right);
            left = &inner.left;
        }
        operands.push(left);
        operands.reverse();
        let operation = operator(source.op);
        let is_joining = matches!(operation, Binary::Add | Binary::Or);
        if operands.len() <= chain::LONGEST || !is_joining {
            let left = self.boxed(&source.left);
            return ExpressionKind::Binary(operation, left, self.boxed(&source.right));
        }
        let operands: Vec<Expression> =
            operands.into_iter().map(|operand| self.expression(operand)).collect();
        let join = |left: Expression, right: Expression| {
            let place = At { start: left.at.start, end: right.at.end };
            expression(place, ExpressionKind::Binary(operation, Box::new(left), Box::new(right)))
        };
        balanced(operands, &join)
            .map_or(ExpressionKind::Opaque(Vec::new()), |joined| Expression { at: place, ..joined }.kind)
    }

    /// `a < b < c`: both hold. The middle operand is repeated.
    fn comparison(&mut self, source: &'a ExprCompare, place: At) -> ExpressionKind {
        let mut left = self.expression(&source.left);
        let mut joined: Vec<Expression> = Vec::with_capacity(source.ops.len());
        let mut pairs = source.ops.iter().zip(&source.comparators).peekable();
        while let Some((operation, right)) = pairs.next() {
            let next = match pairs.peek() {
                Some(_) => self.again(|translator| translator.expression(right)),
                None => nothing(place),
            };
            let right = self.expression(right);
            let place = At { start: left.at.start, end: right.at.end };
            let kind = ExpressionKind::Binary(comparison(*operation), Box::new(left), Box::new(right));
            joined.push(expression(place, kind));
            left = next;
        }
        let join = |left: Expression, right: Expression| {
            expression(place, ExpressionKind::Logical(Logical::And, Box::new(left), Box::new(right)))
        };
        balanced(joined, &join).map_or(ExpressionKind::Opaque(Vec::new()), |all| all.kind)
    }

    fn dictionary(&mut self, source: &'a ExprDict) -> ExpressionKind {
        let entries = source.items.iter().map(|item| match &item.key {
            Some(key) => Entry::Pair(self.expression(key), self.expression(&item.value)),
            None => Entry::Spread(self.expression(&item.value)),
        });
        ExpressionKind::Record(entries.collect())
    }

    fn elements(&mut self, sources: &'a [Expr]) -> Vec<Element> {
        let element = |source: &'a Expr| match source {
            Expr::Starred(starred) => Element::Spread(self.expression(&starred.value)),
            source => Element::One(self.expression(source)),
        };
        sources.iter().map(element).collect()
    }

    fn comprehension(
        &mut self,
        key: Option<&'a Expr>,
        element: &'a Expr,
        generators: &'a [Comprehension],
    ) -> ExpressionKind {
        let mut clauses = Vec::with_capacity(generators.len());
        for generator in generators {
            let iterable = self.expression(&generator.iter);
            let pattern = self.clause_target(&generator.target);
            clauses.push(Clause { pattern, iterable, conditions: self.expressions(&generator.ifs) });
        }
        ExpressionKind::Comprehension { key: self.optional_box(key), element: self.boxed(element), clauses }
    }

    /// Arguments in the order of the source.
    fn arguments(&mut self, source: &'a Arguments) -> Vec<Argument> {
        let plain = source.args.iter().map(|argument| match argument {
            Expr::Starred(starred) => Argument::Spread(self.expression(&starred.value)),
            argument => Argument::Plain(self.expression(argument)),
        });
        let mut arguments: Vec<Argument> = plain.collect();
        arguments.extend(source.keywords.iter().map(|keyword| match &keyword.arg {
            Some(name) => Argument::Named(name.as_str().into(), self.expression(&keyword.value)),
            None => Argument::SpreadNamed(self.expression(&keyword.value)),
        }));
        arguments
    }

    fn subscript(&mut self, source: &'a ExprSubscript) -> ExpressionKind {
        let object = self.boxed(&source.value);
        match &*source.slice {
            Expr::Slice(slice) => {
                let from = self.optional_box(slice.lower.as_deref());
                ExpressionKind::Slice { object, from, to: self.optional_box(slice.upper.as_deref()) }
            }
            index => ExpressionKind::Index { object, index: self.boxed(index) },
        }
    }

    fn bounds(&mut self, source: &'a ExprSlice) -> Vec<Expression> {
        let bounds = [&source.lower, &source.upper, &source.step];
        bounds.into_iter().flatten().map(|bound| self.expression(bound)).collect()
    }

    /// What `for` inside a comprehension binds: names of its own.
    fn clause_target(&mut self, source: &'a Expr) -> Pattern {
        self.pattern(source, false)
    }
}

/// A number; Python's larger ones are rounded, imaginary ones have no meaning here.
fn number(source: &Number) -> ExpressionKind {
    let value = match source {
        Number::Int(int) => match int.as_u64() {
            Some(small) => small as f64,
            None => large(&int.to_string()),
        },
        Number::Float(float) => *float,
        Number::Complex { .. } => return ExpressionKind::Opaque(Vec::new()),
    };
    ExpressionKind::Literal(Literal::Number(value))
}

/// A number of more than 64 bits, as the source spells it.
fn large(source: &str) -> f64 {
    let digits = source.get(2..).unwrap_or_default();
    let radix = match source.get(..2) {
        Some("0x" | "0X") => 16,
        Some("0o" | "0O") => 8,
        Some("0b" | "0B") => 2,
        _ => return source.parse().unwrap_or(f64::INFINITY),
    };
    let digits = digits.chars().filter_map(|digit| digit.to_digit(radix));
    digits.fold(0.0, |value, digit| value * f64::from(radix) + f64::from(digit))
}

fn unary(operation: UnaryOp) -> Unary {
    match operation {
        UnaryOp::Invert => Unary::Invert,
        UnaryOp::Not => Unary::Not,
        UnaryOp::UAdd => Unary::Plus,
        UnaryOp::USub => Unary::Minus,
    }
}

/// Operations on two operands.
pub(super) fn operator(operation: Operator) -> Binary {
    match operation {
        Operator::Add => Binary::Add,
        Operator::Sub => Binary::Subtract,
        Operator::Mult => Binary::Multiply,
        Operator::Div => Binary::Divide,
        Operator::Mod => Binary::Remainder,
        Operator::BitOr => Binary::Or,
        Operator::MatMult
        | Operator::Pow
        | Operator::LShift
        | Operator::RShift
        | Operator::BitXor
        | Operator::BitAnd
        | Operator::FloorDiv => Binary::Arithmetic,
    }
}

fn comparison(operation: CmpOp) -> Binary {
    match operation {
        CmpOp::Eq | CmpOp::Is => Binary::Equal,
        CmpOp::NotEq | CmpOp::IsNot => Binary::NotEqual,
        CmpOp::Lt => Binary::Less,
        CmpOp::LtE => Binary::LessOrEqual,
        CmpOp::Gt => Binary::Greater,
        CmpOp::GtE => Binary::GreaterOrEqual,
        CmpOp::In => Binary::In,
        CmpOp::NotIn => Binary::NotIn,
    }
}

/// A call of a builtin function.
pub(super) fn builtin(place: At, function: &str, arguments: Vec<Expression>) -> Expression {
    let arguments = arguments.into_iter().map(Argument::Plain).collect();
    let callee = Box::new(name(place, function));
    expression(place, ExpressionKind::Call { callee, arguments, is_new: false })
}
