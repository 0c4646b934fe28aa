//! Imports and exports.

use oxc_ast::ast;
use oxc_span::{GetSpan, Span};

use super::pattern::bound_names;
use super::translate::{Translator, name, name_expression};
use crate::ir::{
    ExportedName, Expression, ExpressionKind, ImportBinding, Imported, Literal, Name, Pattern, Statement,
    StatementKind,
};

impl<'a> Translator<'a> {
    pub(super) fn module_declaration(
        &mut self,
        declaration: &ast::ModuleDeclaration<'a>,
        before: &[ast::Statement<'a>],
        to: &mut Vec<Statement>,
    ) {
        let kind = match declaration {
            ast::ModuleDeclaration::ImportDeclaration(import) if import.import_kind.is_value() => {
                self.import(import)
            }
            ast::ModuleDeclaration::ExportAllDeclaration(export) if export.export_kind.is_value() => {
                let exported = export.exported.as_ref();
                let names = exported.map(|exported| named("*".into(), name(&exported.name())));
                let names = names.into_iter().collect();
                StatementKind::Export { module: Some(name(&export.source.value)), names }
            }
            ast::ModuleDeclaration::ExportDefaultDeclaration(export) => {
                return self.export_default(export, to);
            }
            ast::ModuleDeclaration::ExportDeclaration(export) => {
                return self.export_declaration(export, before, to);
            }
            ast::ModuleDeclaration::ExportNamedDeclaration(export) if export.export_kind.is_value() => {
                let names = exported_names(&export.specifiers);
                if names.is_empty() {
                    return;
                }
                StatementKind::Export { module: None, names }
            }
            ast::ModuleDeclaration::ExportFromDeclaration(export) if export.export_kind.is_value() => {
                let module = name(&export.source.value);
                let names = exported_names(&export.specifiers);
                if names.is_empty() {
                    // `export {} from` runs the module. Without names it would give all of them.
                    StatementKind::Import { module, bindings: Vec::new() }
                } else {
                    StatementKind::Export { module: Some(module), names }
                }
            }
            ast::ModuleDeclaration::TSExportAssignment(export) => {
                let value = self.expression(&export.expression);
                StatementKind::Expression(module_exports(self.at(export.span), value))
            }
            _ => return,
        };
        to.push(Statement { at: self.at(declaration.span()), kind });
    }

    fn import(&mut self, import: &ast::ImportDeclaration<'a>) -> StatementKind {
        let mut bindings = Vec::new();
        for specifier in import.specifiers.iter().flatten() {
            let (imported, local, span) = match specifier {
                ast::ImportDeclarationSpecifier::ImportSpecifier(one) if !one.import_kind.is_value() => {
                    continue;
                }
                ast::ImportDeclarationSpecifier::ImportSpecifier(one) => {
                    (imported(&one.imported.name()), &one.local, one.span)
                }
                ast::ImportDeclarationSpecifier::ImportDefaultSpecifier(one) => {
                    (Imported::Default, &one.local, one.span)
                }
                ast::ImportDeclarationSpecifier::ImportNamespaceSpecifier(one) => {
                    (Imported::Whole, &one.local, one.span)
                }
            };
            bindings.push(ImportBinding { imported, local: name(&local.name), at: self.at(span) });
        }
        StatementKind::Import { module: name(&import.source.value), bindings }
    }

    /// `import x = require('y')` and `import x = A.B`.
    pub(super) fn import_equals(&mut self, import: &ast::TSImportEqualsDeclaration<'a>) -> Option<Statement> {
        if !import.import_kind.is_value() {
            return None;
        }
        let at = self.at(import.span);
        let value = match &import.module_reference {
            ast::TSModuleReference::ExternalModuleReference(module) => {
                let text = Literal::Text(name(&module.expression.value));
                let module = Expression { at: self.at(module.span), kind: ExpressionKind::Literal(text) };
                Expression { at, kind: ExpressionKind::ImportCall(Box::new(module)) }
            }
            ast::TSModuleReference::IdentifierReference(identifier) => name_expression(at, &identifier.name),
            ast::TSModuleReference::QualifiedName(qualified) => self.qualified(qualified),
        };
        let pattern = Pattern::Name(name(&import.id.name), self.at(import.id.span));
        Some(Statement { at, kind: StatementKind::Declare { pattern, value: Some(value), annotation: None } })
    }

    fn qualified(&mut self, qualified: &ast::TSQualifiedName<'a>) -> Expression {
        let at = self.at(qualified.span);
        let object = |this: &mut Self| match &qualified.left {
            ast::TSTypeName::IdentifierReference(identifier) => name_expression(at, &identifier.name),
            ast::TSTypeName::QualifiedName(inner) => this.qualified(inner),
            ast::TSTypeName::ThisExpression(_) => Expression { at, kind: ExpressionKind::This },
        };
        let kind = match self.deeper(qualified.span, object) {
            Some(object) => ExpressionKind::Member {
                object: Box::new(object),
                name: name(&qualified.right.name),
                optional: false,
            },
            None => ExpressionKind::Opaque(Vec::new()),
        };
        Expression { at, kind }
    }

    fn export_default(&mut self, export: &ast::ExportDefaultDeclaration<'a>, to: &mut Vec<Statement>) {
        let at = self.at(export.span);
        let own = |span: Span| self.at(span);
        let value = match &export.declaration {
            ast::ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                if function.body.is_none() {
                    return;
                }
                let own = own(function.span);
                let function = Box::new(self.function(function, None));
                let called = function.name.clone();
                if called.is_empty() {
                    Expression { at: own, kind: ExpressionKind::Function(function) }
                } else {
                    to.push(Statement { at: own, kind: StatementKind::Function(function) });
                    name_expression(own, &called)
                }
            }
            ast::ExportDefaultDeclarationKind::ClassDeclaration(class) => {
                let own = own(class.span);
                let class = Box::new(self.class(class));
                let called = class.name.clone();
                if called.is_empty() {
                    Expression { at: own, kind: ExpressionKind::Class(class) }
                } else {
                    to.push(Statement { at: own, kind: StatementKind::Class(class) });
                    name_expression(own, &called)
                }
            }
            ast::ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => return,
            value => match value.as_expression() {
                Some(value) => self.expression(value),
                None => return,
            },
        };
        to.push(Statement { at, kind: StatementKind::ExportDefault(value) });
    }

    fn export_declaration(
        &mut self,
        export: &ast::ExportDeclaration<'a>,
        before: &[ast::Statement<'a>],
        to: &mut Vec<Statement>,
    ) {
        let first = to.len();
        self.declaration(&export.declaration, before, to);
        let mut names = Vec::new();
        for statement in to.iter().skip(first) {
            match &statement.kind {
                StatementKind::Declare { pattern, .. } => bound_names(pattern, &mut names),
                StatementKind::Function(function) => names.push(function.name.clone()),
                StatementKind::Class(class) => names.push(class.name.clone()),
                _ => {}
            }
        }
        if let ast::Declaration::TSNamespaceDeclaration(namespace) = &export.declaration
            && names.is_empty()
            && to.len() > first
        {
            names.push(name(&namespace.id.name));
        }
        if names.is_empty() {
            return;
        }
        let names = names.into_iter().map(|name| named(name.clone(), name)).collect();
        to.push(Statement { at: self.at(export.span), kind: StatementKind::Export { module: None, names } });
    }
}

fn imported(text: &str) -> Imported {
    if text == "default" { Imported::Default } else { Imported::Named(name(text)) }
}

fn named(local: Name, exported: Name) -> ExportedName {
    ExportedName { local, exported }
}

fn exported_names(specifiers: &[ast::ExportSpecifier<'_>]) -> Vec<ExportedName> {
    let values = specifiers.iter().filter(|specifier| specifier.export_kind.is_value());
    values.map(|specifier| named(name(&specifier.local.name()), name(&specifier.exported.name()))).collect()
}

/// `module.exports = value`.
fn module_exports(at: crate::ir::At, value: Expression) -> Expression {
    let object = Box::new(name_expression(at, "module"));
    let member = ExpressionKind::Member { object, name: "exports".into(), optional: false };
    let target = Box::new(Pattern::Place(Box::new(Expression { at, kind: member })));
    Expression { at, kind: ExpressionKind::Assign { target, operation: None, value: Box::new(value) } }
}
