//! Functions and lambdas.

use ruff_python_ast::{
    Decorator, ExprLambda, Parameter as Variadic, ParameterWithDefault, Parameters, StmtFunctionDef,
};
use ruff_text_size::Ranged;

use super::text::docstring;
use super::translator::{Translator, at};
use crate::ir::{Expression, Function, Parameter, ParameterKind, Pattern, Statement, StatementKind};

impl<'a> Translator<'a> {
    /// A function. Decorators, defaults and annotations belong to the scope around it.
    pub(super) fn function(&mut self, source: &'a StmtFunctionDef) -> Function {
        let decorators = self.decorators(&source.decorator_list);
        let parameters = self.parameters(&source.parameters);
        let (doc, statements) = docstring(&source.body);
        let (body, is_generator) = self.in_function(|translator| {
            translator.note_parameters(&source.parameters);
            translator.block(statements)
        });
        Function {
            name: source.name.as_str().into(),
            at: at(source.range),
            file: self.file,
            parameters,
            body,
            decorators,
            doc,
            is_async: source.is_async,
            is_generator,
            keeps_this: false,
        }
    }

    /// `lambda x: …` returns its expression.
    pub(super) fn lambda(&mut self, source: &'a ExprLambda) -> Function {
        let parameters = source.parameters.as_deref().map(|inner| self.parameters(inner)).unwrap_or_default();
        let place = at(source.body.range());
        let (body, is_generator) = self.in_function(|translator| {
            if let Some(parameters) = &source.parameters {
                translator.note_parameters(parameters);
            }
            let value = translator.expression(&source.body);
            let mut body = translator.hoisted_since(0, place);
            body.push(Statement { at: place, kind: StatementKind::Return(Some(value)) });
            body
        });
        Function {
            name: "".into(),
            at: at(source.range),
            file: self.file,
            parameters,
            body,
            decorators: Vec::new(),
            doc: None,
            is_async: false,
            is_generator,
            keeps_this: false,
        }
    }

    /// Decorators, the outermost first.
    pub(super) fn decorators(&mut self, sources: &'a [Decorator]) -> Vec<Expression> {
        sources.iter().map(|decorator| self.expression(&decorator.expression)).collect()
    }

    fn parameters(&mut self, source: &'a Parameters) -> Vec<Parameter> {
        let mut parameters = Vec::with_capacity(source.len());
        for parameter in source.posonlyargs.iter().chain(&source.args) {
            parameters.push(self.parameter(parameter, ParameterKind::Plain));
        }
        if let Some(rest) = &source.vararg {
            parameters.push(self.variadic(rest, ParameterKind::Rest));
        }
        for parameter in &source.kwonlyargs {
            parameters.push(self.parameter(parameter, ParameterKind::NamedOnly));
        }
        if let Some(rest) = &source.kwarg {
            parameters.push(self.variadic(rest, ParameterKind::RestNamed));
        }
        parameters
    }

    fn parameter(&mut self, source: &'a ParameterWithDefault, kind: ParameterKind) -> Parameter {
        let default = self.optional(source.default.as_deref());
        Parameter { default, ..self.variadic(&source.parameter, kind) }
    }

    fn variadic(&mut self, source: &'a Variadic, kind: ParameterKind) -> Parameter {
        let pattern = Pattern::Name(source.name.as_str().into(), at(source.name.range));
        Parameter { pattern, default: None, kind, annotation: self.optional(source.annotation.as_deref()) }
    }

    fn note_parameters(&mut self, source: &'a Parameters) {
        for parameter in source {
            self.note_declared(&parameter.as_parameter().name.id);
        }
    }
}
