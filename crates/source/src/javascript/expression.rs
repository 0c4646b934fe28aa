//! Expressions.

use oxc_ast::ast;
use oxc_span::{GetSpan, Span};

use super::translate::{Translator, name, name_expression, opaque, text_literal};
use crate::ir::{Argument, Binary, Element, Entry, Expression, ExpressionKind, Literal, Part};

impl<'a> Translator<'a> {
    pub(super) fn expression(&mut self, value: &ast::Expression<'a>) -> Expression {
        let span = value.span();
        let at = self.at(span);
        self.deeper(span, |this| this.expression_inside(value, span)).unwrap_or_else(|| opaque(at))
    }

    fn boxed(&mut self, value: &ast::Expression<'a>) -> Box<Expression> {
        Box::new(self.expression(value))
    }

    fn expression_inside(&mut self, value: &ast::Expression<'a>, span: Span) -> Expression {
        // What is only a type around a value is left out with its place.
        match value {
            ast::Expression::ParenthesizedExpression(inner) => return self.expression(&inner.expression),
            ast::Expression::TSAsExpression(cast) => return self.expression(&cast.expression),
            ast::Expression::TSSatisfiesExpression(cast) => return self.expression(&cast.expression),
            ast::Expression::TSTypeAssertion(cast) => return self.expression(&cast.expression),
            ast::Expression::TSNonNullExpression(cast) => return self.expression(&cast.expression),
            ast::Expression::TSInstantiationExpression(cast) => return self.expression(&cast.expression),
            _ => {}
        }
        let kind = match value.as_member_expression() {
            Some(member) => self.member_kind(member),
            None => self.simple_kind(value).unwrap_or_else(|| self.composed_kind(value)),
        };
        Expression { at: self.at(span), kind }
    }

    /// Names and literals.
    fn simple_kind(&mut self, value: &ast::Expression<'a>) -> Option<ExpressionKind> {
        Some(match value {
            ast::Expression::BooleanLiteral(literal) => ExpressionKind::Literal(Literal::Bool(literal.value)),
            ast::Expression::NullLiteral(_) => ExpressionKind::Literal(Literal::Nothing),
            ast::Expression::NumericLiteral(literal) => {
                ExpressionKind::Literal(Literal::Number(literal.value))
            }
            ast::Expression::BigIntLiteral(literal) => {
                let number =
                    literal.value.get(..literal.value.len().min(400)).and_then(|text| text.parse().ok());
                ExpressionKind::Literal(Literal::Number(number.unwrap_or(f64::INFINITY)))
            }
            ast::Expression::StringLiteral(literal) => {
                ExpressionKind::Literal(Literal::Text(name(&literal.value)))
            }
            ast::Expression::RegExpLiteral(literal) => ExpressionKind::Regex {
                source: name(&literal.regex.pattern.text),
                flags: name(&literal.regex.flags.to_string()),
            },
            ast::Expression::Identifier(identifier) if identifier.name == "undefined" => {
                ExpressionKind::Literal(Literal::Nothing)
            }
            ast::Expression::Identifier(identifier) => ExpressionKind::Name(name(&identifier.name)),
            ast::Expression::ThisExpression(_) => ExpressionKind::This,
            ast::Expression::Super(_) => ExpressionKind::Super,
            ast::Expression::ImportMeta(meta) => self.meta(meta.span, "import", "meta"),
            ast::Expression::NewTarget(target) => self.meta(target.span, "new", "target"),
            _ => return None,
        })
    }

    fn meta(&self, span: Span, object: &str, property: &str) -> ExpressionKind {
        let object = Box::new(name_expression(self.at(span), object));
        ExpressionKind::Member { object, name: name(property), optional: false }
    }

    fn composed_kind(&mut self, value: &ast::Expression<'a>) -> ExpressionKind {
        match value {
            ast::Expression::TemplateLiteral(template) => self.template(None, template),
            ast::Expression::TaggedTemplateExpression(tagged) => {
                let tag = self.boxed(&tagged.tag);
                self.template(Some(tag), &tagged.quasi)
            }
            ast::Expression::ArrayExpression(array) => {
                ExpressionKind::List(array.elements.iter().map(|element| self.element(element)).collect())
            }
            ast::Expression::ObjectExpression(object) => self.object(object),
            ast::Expression::ArrowFunctionExpression(arrow) => {
                ExpressionKind::Function(Box::new(self.arrow(arrow)))
            }
            ast::Expression::FunctionExpression(function) => {
                ExpressionKind::Function(Box::new(self.function(function, None)))
            }
            ast::Expression::ClassExpression(class) => ExpressionKind::Class(Box::new(self.class(class))),
            ast::Expression::AssignmentExpression(assignment) => self.assignment(assignment),
            ast::Expression::UpdateExpression(update) => self.update(update),
            ast::Expression::UnaryExpression(unary) => self.unary(unary),
            ast::Expression::BinaryExpression(binary) => self.binary(binary),
            ast::Expression::LogicalExpression(logical) => self.logical(logical),
            ast::Expression::PrivateInExpression(test) => {
                let left = text_literal(self.at(test.left.span), &format!("#{}", test.left.name));
                ExpressionKind::Binary(Binary::In, Box::new(left), self.boxed(&test.right))
            }
            ast::Expression::ConditionalExpression(choice) => ExpressionKind::Choose {
                condition: self.boxed(&choice.test),
                then: self.boxed(&choice.consequent),
                otherwise: self.boxed(&choice.alternate),
            },
            ast::Expression::CallExpression(call) => self.call(call),
            ast::Expression::NewExpression(call) => {
                let callee = self.boxed(&call.callee);
                ExpressionKind::Call { callee, arguments: self.arguments(&call.arguments), is_new: true }
            }
            ast::Expression::ChainExpression(chain) => self.optional_chain(&chain.expression),
            ast::Expression::ImportExpression(import) => {
                ExpressionKind::ImportCall(self.boxed(&import.source))
            }
            ast::Expression::AwaitExpression(wait) => ExpressionKind::Await(self.boxed(&wait.argument)),
            ast::Expression::YieldExpression(given) => {
                ExpressionKind::Yield(given.argument.as_ref().map(|argument| self.boxed(argument)))
            }
            ast::Expression::SequenceExpression(sequence) => {
                let values = sequence.expressions.iter();
                ExpressionKind::Sequence(values.map(|value| self.expression(value)).collect())
            }
            ast::Expression::JSXElement(element) => ExpressionKind::Opaque(self.jsx_element(element)),
            ast::Expression::JSXFragment(fragment) => {
                ExpressionKind::Opaque(self.jsx_children(&fragment.children))
            }
            ast::Expression::V8IntrinsicExpression(call) => {
                let arguments = call.arguments.iter().filter_map(|argument| argument.as_expression());
                ExpressionKind::Opaque(arguments.map(|argument| self.expression(argument)).collect())
            }
            _ => ExpressionKind::Opaque(Vec::new()),
        }
    }

    /// Texts between values that are empty are left out.
    fn template(
        &mut self,
        tag: Option<Box<Expression>>,
        template: &ast::TemplateLiteral<'a>,
    ) -> ExpressionKind {
        let mut parts = Vec::new();
        let mut values = template.expressions.iter();
        for quasi in &template.quasis {
            let text = quasi.value.cooked.as_ref().unwrap_or(&quasi.value.raw);
            if !text.is_empty() {
                parts.push(Part::Text(name(text)));
            }
            parts.extend(values.next().map(|value| Part::Value(self.expression(value))));
        }
        match (&tag, parts.as_slice()) {
            (None, []) => ExpressionKind::Literal(Literal::Text("".into())),
            (None, [Part::Text(text)]) => ExpressionKind::Literal(Literal::Text(text.clone())),
            _ => ExpressionKind::Template { tag, parts },
        }
    }

    pub(super) fn member(&mut self, member: &ast::MemberExpression<'a>) -> Expression {
        let at = self.at(member.span());
        let kind = self.deeper(member.span(), |this| this.member_kind(member));
        kind.map_or_else(|| opaque(at), |kind| Expression { at, kind })
    }

    fn member_kind(&mut self, member: &ast::MemberExpression<'a>) -> ExpressionKind {
        match member {
            ast::MemberExpression::StaticMemberExpression(member) => ExpressionKind::Member {
                object: self.boxed(&member.object),
                name: name(&member.property.name),
                optional: member.optional,
            },
            ast::MemberExpression::PrivateFieldExpression(member) => ExpressionKind::Member {
                object: self.boxed(&member.object),
                name: name(&format!("#{}", member.field.name)),
                optional: member.optional,
            },
            ast::MemberExpression::ComputedMemberExpression(member) => ExpressionKind::Index {
                object: self.boxed(&member.object),
                index: self.boxed(&member.expression),
            },
        }
    }

    fn optional_chain(&mut self, chain: &ast::ChainElement<'a>) -> ExpressionKind {
        match chain {
            ast::ChainElement::CallExpression(call) => self.call(call),
            ast::ChainElement::TSNonNullExpression(cast) => self.expression(&cast.expression).kind,
            member => match member.as_member_expression() {
                Some(member) => self.member_kind(member),
                None => ExpressionKind::Opaque(Vec::new()),
            },
        }
    }

    fn call(&mut self, call: &ast::CallExpression<'a>) -> ExpressionKind {
        if let (ast::Expression::Identifier(callee), [argument]) = (&call.callee, call.arguments.as_slice())
            && callee.name == "require"
            && let Some(module) = argument.as_expression()
        {
            return ExpressionKind::ImportCall(self.boxed(module));
        }
        let callee = self.boxed(&call.callee);
        ExpressionKind::Call { callee, arguments: self.arguments(&call.arguments), is_new: false }
    }

    fn arguments(&mut self, arguments: &[ast::Argument<'a>]) -> Vec<Argument> {
        let argument = |argument: &ast::Argument<'a>| match argument {
            ast::Argument::SpreadElement(spread) => Some(Argument::Spread(self.expression(&spread.argument))),
            plain => plain.as_expression().map(|value| Argument::Plain(self.expression(value))),
        };
        arguments.iter().filter_map(argument).collect()
    }

    fn element(&mut self, element: &ast::ArrayExpressionElement<'a>) -> Element {
        match element {
            ast::ArrayExpressionElement::SpreadElement(spread) => {
                Element::Spread(self.expression(&spread.argument))
            }
            ast::ArrayExpressionElement::Elision(hole) => Element::One(Expression {
                at: self.at(hole.span),
                kind: ExpressionKind::Literal(Literal::Nothing),
            }),
            plain => match plain.as_expression() {
                Some(value) => Element::One(self.expression(value)),
                None => Element::One(opaque(self.at(plain.span()))),
            },
        }
    }

    fn object(&mut self, object: &ast::ObjectExpression<'a>) -> ExpressionKind {
        let mut entries = Vec::new();
        for property in &object.properties {
            match property {
                ast::ObjectPropertyKind::SpreadProperty(spread) => {
                    entries.push(Entry::Spread(self.expression(&spread.argument)));
                }
                ast::ObjectPropertyKind::ObjectProperty(property) => entries.extend(self.property(property)),
            }
        }
        ExpressionKind::Record(entries)
    }

    /// Methods stay without a name: within them it means something outside (`{ exec(c) { return exec(c) } }`).
    fn property(&mut self, property: &ast::ObjectProperty<'a>) -> Option<Entry> {
        self.document(property.span.start);
        let key = self.key(&property.key);
        match (&property.value, property.kind) {
            (_, ast::PropertyKind::Set) => None,
            (ast::Expression::FunctionExpression(function), ast::PropertyKind::Get) => {
                let method = self.function(function, None);
                Some(Entry::Getter(key, Box::new(method)))
            }
            (ast::Expression::FunctionExpression(function), _) if property.method => {
                let at = self.at(function.span);
                let method = ExpressionKind::Function(Box::new(self.function(function, None)));
                Some(Entry::Pair(key, Expression { at, kind: method }))
            }
            (value, _) => {
                let value = self.expression(value);
                Some(Entry::Pair(key, value))
            }
        }
    }

    /// The key of a property or member: a text where it is plain.
    pub(super) fn key(&mut self, key: &ast::PropertyKey<'a>) -> Expression {
        let at = self.at(key.span());
        match key {
            ast::PropertyKey::StaticIdentifier(identifier) => text_literal(at, &identifier.name),
            ast::PropertyKey::PrivateIdentifier(identifier) => {
                text_literal(at, &format!("#{}", identifier.name))
            }
            ast::PropertyKey::NumericLiteral(number) => text_literal(at, &number.value.to_string()),
            computed => match computed.as_expression() {
                Some(value) => self.expression(value),
                None => opaque(at),
            },
        }
    }

    fn jsx_element(&mut self, element: &ast::JSXElement<'a>) -> Vec<Expression> {
        let mut inside = Vec::new();
        let opening = &element.opening_element;
        if let ast::JSXElementName::IdentifierReference(component) = &opening.name {
            inside.push(name_expression(self.at(component.span), &component.name));
        }
        for attribute in &opening.attributes {
            match attribute {
                ast::JSXAttributeItem::SpreadAttribute(spread) => {
                    inside.push(self.expression(&spread.argument));
                }
                ast::JSXAttributeItem::Attribute(attribute) => {
                    inside.extend(attribute.value.as_ref().and_then(|value| self.jsx_value(value)));
                }
            }
        }
        inside.extend(self.jsx_children(&element.children));
        inside
    }

    fn jsx_value(&mut self, value: &ast::JSXAttributeValue<'a>) -> Option<Expression> {
        match value {
            ast::JSXAttributeValue::StringLiteral(text) => {
                Some(text_literal(self.at(text.span), &text.value))
            }
            ast::JSXAttributeValue::ExpressionContainer(container) => {
                container.expression.as_expression().map(|value| self.expression(value))
            }
            ast::JSXAttributeValue::Element(element) => Some(self.jsx_nested(element)),
            ast::JSXAttributeValue::Fragment(fragment) => {
                let at = self.at(fragment.span);
                let children = self.deeper(fragment.span, |this| this.jsx_children(&fragment.children));
                Some(Expression { at, kind: ExpressionKind::Opaque(children.unwrap_or_default()) })
            }
        }
    }

    fn jsx_nested(&mut self, element: &ast::JSXElement<'a>) -> Expression {
        let inside = self.deeper(element.span, |this| this.jsx_element(element)).unwrap_or_default();
        Expression { at: self.at(element.span), kind: ExpressionKind::Opaque(inside) }
    }

    fn jsx_children(&mut self, children: &[ast::JSXChild<'a>]) -> Vec<Expression> {
        let mut inside = Vec::new();
        for child in children {
            match child {
                ast::JSXChild::Text(_) => {}
                ast::JSXChild::Element(element) => inside.push(self.jsx_nested(element)),
                ast::JSXChild::Fragment(fragment) => {
                    let children = self.deeper(fragment.span, |this| this.jsx_children(&fragment.children));
                    inside.extend(children.unwrap_or_default());
                }
                ast::JSXChild::ExpressionContainer(container) => {
                    inside.extend(container.expression.as_expression().map(|value| self.expression(value)));
                }
                ast::JSXChild::Spread(spread) => inside.push(self.expression(&spread.expression)),
            }
        }
        inside
    }
}
