//! Functions and classes.

use oxc_ast::ast;
use oxc_span::GetSpan;

use super::pattern::bound_names;
use super::translate::{Translator, name, text_literal};
use crate::ir::{
    Class, Expression, ExpressionKind, Function, Literal, Member, MemberKind, Name, Parameter, ParameterKind,
    Pattern, Statement, StatementKind,
};

impl<'a> Translator<'a> {
    /// A function with a body; `called` names it where it does not name itself.
    pub(super) fn function(&mut self, function: &ast::Function<'a>, called: Option<&str>) -> Function {
        let doc = self.take_doc(function.span.start);
        let own = function.id.as_ref().map(|identifier| name(&identifier.name));
        let (parameters, mut body) = self.parameters(&function.params);
        if let Some(block) = &function.body {
            body.extend(self.body_after(&parameters, &block.statements));
        }
        Function {
            name: own.unwrap_or_else(|| name(called.unwrap_or_default())),
            at: self.at(function.span),
            file: self.file,
            parameters,
            body,
            decorators: Vec::new(),
            doc,
            is_async: function.r#async,
            is_generator: function.generator,
            keeps_this: false,
        }
    }

    /// A function that is called as its key says.
    pub(super) fn method(&mut self, function: &ast::Function<'a>, key: &Expression) -> Function {
        let called = match &key.kind {
            ExpressionKind::Literal(Literal::Text(text)) => Some(text.clone()),
            _ => None,
        };
        self.function(function, called.as_deref())
    }

    pub(super) fn arrow(&mut self, arrow: &ast::ArrowFunctionExpression<'a>) -> Function {
        let doc = self.take_doc(arrow.span.start);
        let (parameters, mut body) = self.parameters(&arrow.params);
        match &arrow.body {
            ast::ArrowFunctionBody::FunctionBody(block) => {
                body.extend(self.body_after(&parameters, &block.statements));
            }
            value => {
                if let Some(value) = value.as_expression() {
                    let kind = StatementKind::Return(Some(self.expression(value)));
                    body.push(Statement { at: self.at(value.span()), kind });
                }
            }
        }
        Function {
            name: Name::default(),
            at: self.at(arrow.span),
            file: self.file,
            parameters,
            body,
            decorators: Vec::new(),
            doc,
            is_async: arrow.r#async,
            is_generator: false,
            keeps_this: true,
        }
    }

    fn body_after(&mut self, parameters: &[Parameter], statements: &[ast::Statement<'a>]) -> Vec<Statement> {
        let mut names = Vec::new();
        parameters.iter().for_each(|parameter| bound_names(&parameter.pattern, &mut names));
        self.function_body(statements, &names)
    }

    /// Parameters, and the assignments that parameter properties (`constructor(private root: string)`) stand for.
    fn parameters(&mut self, parameters: &ast::FormalParameters<'a>) -> (Vec<Parameter>, Vec<Statement>) {
        let mut translated = Vec::new();
        let mut assignments = Vec::new();
        for parameter in &parameters.items {
            let pattern = self.binding(&parameter.pattern);
            if parameter.accessibility.is_some() || parameter.readonly || parameter.r#override {
                assignments.extend(property_of(&pattern));
            }
            let default = parameter.initializer.as_ref().map(|value| self.expression(value));
            translated.push(Parameter { pattern, default, kind: ParameterKind::Plain, annotation: None });
        }
        if let Some(rest) = &parameters.rest {
            let pattern = self.binding(&rest.rest.argument);
            translated.push(Parameter {
                pattern,
                default: None,
                kind: ParameterKind::Rest,
                annotation: None,
            });
        }
        (translated, assignments)
    }

    pub(super) fn class(&mut self, class: &ast::Class<'a>) -> Class {
        let doc = self.take_doc(class.span.start);
        let decorators = self.decorators(&class.decorators);
        let bases = class.heritage.iter().map(|heritage| self.expression(&heritage.expression)).collect();
        let members = class.body.body.iter().filter_map(|element| self.class_element(element)).collect();
        Class {
            name: class.id.as_ref().map(|identifier| name(&identifier.name)).unwrap_or_default(),
            at: self.at(class.span),
            bases,
            members,
            decorators,
            doc,
        }
    }

    fn decorators(&mut self, decorators: &[ast::Decorator<'a>]) -> Vec<Expression> {
        decorators.iter().map(|decorator| self.expression(&decorator.expression)).collect()
    }

    fn class_element(&mut self, element: &ast::ClassElement<'a>) -> Option<Member> {
        self.document(element.span().start);
        match element {
            ast::ClassElement::StaticBlock(block) => Some(self.static_block(block)),
            ast::ClassElement::MethodDefinition(method) => self.class_method(method),
            ast::ClassElement::PropertyDefinition(property) if property.declare || is_abstract(property) => {
                None
            }
            ast::ClassElement::PropertyDefinition(property) => Some(self.field(
                &property.key,
                property.value.as_ref(),
                &property.decorators,
                property.r#static,
            )),
            ast::ClassElement::AccessorProperty(property) => Some(self.field(
                &property.key,
                property.value.as_ref(),
                &property.decorators,
                property.r#static,
            )),
            ast::ClassElement::TSIndexSignature(_) => None,
        }
    }

    fn class_method(&mut self, method: &ast::MethodDefinition<'a>) -> Option<Member> {
        // Without a body it is abstract, or one of several signatures.
        method.value.body.as_ref()?;
        let doc = self.take_doc(method.span.start);
        let decorators = self.decorators(&method.decorators);
        let key = self.key(&method.key);
        let mut function = self.method(&method.value, &key);
        function.doc = function.doc.or(doc);
        function.decorators = decorators;
        let function = Box::new(function);
        let kind = match method.kind {
            ast::MethodDefinitionKind::Get => MemberKind::Getter(function),
            ast::MethodDefinitionKind::Set => MemberKind::Setter(function),
            ast::MethodDefinitionKind::Method | ast::MethodDefinitionKind::Constructor => {
                MemberKind::Method(function)
            }
        };
        Some(Member { name: key, kind, is_static: method.r#static, annotation: None, tag: None })
    }

    /// Decorators of a field stand at its function, where it has one.
    fn field(
        &mut self,
        key: &ast::PropertyKey<'a>,
        value: Option<&ast::Expression<'a>>,
        decorators: &[ast::Decorator<'a>],
        is_static: bool,
    ) -> Member {
        let decorators = self.decorators(decorators);
        let name = self.key(key);
        let mut value = value.map(|value| self.expression(value));
        if let Some(Expression { kind: ExpressionKind::Function(function), .. }) = &mut value {
            function.decorators = decorators;
        }
        Member { name, kind: MemberKind::Field(value), is_static, annotation: None, tag: None }
    }

    /// A static block runs once, in its turn among the static fields, with the class as `this`: the same as the first
    /// value of a static field that calls a closure. No other member can have its name.
    fn static_block(&mut self, block: &ast::StaticBlock<'a>) -> Member {
        let at = self.at(block.span);
        let closure = Function {
            name: Name::default(),
            at,
            file: self.file,
            parameters: Vec::new(),
            body: self.function_body(&block.body, &[]),
            decorators: Vec::new(),
            doc: None,
            is_async: false,
            is_generator: false,
            keeps_this: true,
        };
        let callee = Box::new(Expression { at, kind: ExpressionKind::Function(Box::new(closure)) });
        let call = ExpressionKind::Call { callee, arguments: Vec::new(), is_new: false };
        Member {
            name: text_literal(at, "static {}"),
            kind: MemberKind::Field(Some(Expression { at, kind: call })),
            is_static: true,
            annotation: None,
            tag: None,
        }
    }
}

fn is_abstract(property: &ast::PropertyDefinition<'_>) -> bool {
    property.r#type == ast::PropertyDefinitionType::TSAbstractPropertyDefinition
}

/// `this.root = root`.
fn property_of(parameter: &Pattern) -> Option<Statement> {
    let Pattern::Name(name, at) = parameter else {
        return None;
    };
    let at = *at;
    let this = Box::new(Expression { at, kind: ExpressionKind::This });
    let member = ExpressionKind::Member { object: this, name: name.clone(), optional: false };
    let target = Box::new(Pattern::Place(Box::new(Expression { at, kind: member })));
    let value = Box::new(Expression { at, kind: ExpressionKind::Name(name.clone()) });
    let assign = ExpressionKind::Assign { target, operation: None, value };
    Some(Statement { at, kind: StatementKind::Expression(Expression { at, kind: assign }) })
}
