//! Declarations: imports, types, functions and methods.

use tree_sitter::Node;

use super::translator::{Shape, Translator, at, children, expression, fields, literal, name};
use crate::ir::{
    Class, Element, ExpressionKind, Function, ImportBinding, Imported, Literal, Member, MemberKind, Name,
    Parameter, ParameterKind, Pattern, Statement, StatementKind,
};

/// Named results of a function that a `return` without values gives.
const MOST_RESULTS: usize = 32;

/// The statements of a file, in the order in which they have to run: a variable may use whatever stands below it.
#[derive(Default)]
struct Sorted {
    imports: Vec<Statement>,
    types: Vec<Statement>,
    functions: Vec<Statement>,
    constants: Vec<Statement>,
    rest: Vec<Statement>,
}

impl<'t> Translator<'t> {
    /// The documentation and the statements of a file.
    pub(super) fn file(&mut self, root: Node<'t>) -> (Option<Name>, Vec<Statement>) {
        let mut doc = None;
        let mut declarations = Vec::new();
        for node in children(root) {
            // What is wrong in one place does not hide what is right in it.
            if node.is_error() { declarations.extend(children(node)) } else { declarations.push(node) }
        }
        for node in &declarations {
            self.note_types(*node);
        }
        let mut sorted = Sorted::default();
        for node in declarations {
            match node.kind() {
                "package_clause" => doc = self.doc(node),
                "import_declaration" => self.imports(node, &mut sorted.imports),
                "function_declaration" => {
                    let function = self.declared_function(node);
                    let kind = StatementKind::Function(Box::new(function));
                    sorted.functions.push(Statement { at: at(node), kind });
                }
                "method_declaration" => self.method(node),
                "type_declaration" => self.statement(node, &mut sorted.types),
                "const_declaration" => self.statement(node, &mut sorted.constants),
                kind if kind.ends_with("_declaration") || kind.ends_with("_statement") => {
                    self.statement(node, &mut sorted.rest);
                }
                _ => {}
            }
        }
        self.attach(&mut sorted.types, &mut sorted.functions);
        let Sorted { imports, types, functions, constants, rest } = sorted;
        (doc, [imports, types, functions, constants, rest].into_iter().flatten().collect())
    }

    /// Gives methods to the structs of the file. Those of other types are functions that are called as nothing in Go
    /// can be, `T.Method`, and take the receiver first; `package::join` gives them to structs of other files.
    fn attach(&mut self, types: &mut [Statement], functions: &mut Vec<Statement>) {
        for (receiver, member) in std::mem::take(&mut self.methods) {
            let class = types.iter_mut().find_map(|statement| match &mut statement.kind {
                StatementKind::Class(class) if *class.name == *receiver => Some(class),
                _ => None,
            });
            match (class, member.kind) {
                (Some(class), kind) => class.members.push(Member { kind, ..member }),
                (None, MemberKind::Method(mut function)) => {
                    function.name = format!("{receiver}.{}", function.name).into();
                    functions.push(Statement { at: function.at, kind: StatementKind::Function(function) });
                }
                (None, _) => {}
            }
        }
    }

    fn note_types(&mut self, node: Node<'t>) {
        if node.kind() != "type_declaration" {
            return;
        }
        for spec in children(node) {
            let (Some(called), Some(kind)) =
                (spec.child_by_field_name("name"), spec.child_by_field_name("type"))
            else {
                continue;
            };
            let shape = match kind.kind() {
                "struct_type" => Shape::Struct,
                "slice_type" | "array_type" => Shape::List,
                "map_type" => Shape::Record,
                _ => Shape::Other,
            };
            self.types.insert(self.text(called), shape);
        }
    }

    fn imports(&mut self, node: Node<'t>, into: &mut Vec<Statement>) {
        let mut specs = Vec::new();
        for child in children(node) {
            if child.kind() == "import_spec_list" { specs.extend(children(child)) } else { specs.push(child) }
        }
        for spec in specs {
            let Some(path) = spec.child_by_field_name("path") else { continue };
            let Literal::Text(module) = self.string(path) else { continue };
            let alias = spec.child_by_field_name("name").map(|alias| self.text(alias));
            let binding =
                |imported, local: &str| ImportBinding { imported, local: local.into(), at: at(spec) };
            let bindings = match alias {
                Some("_") => Vec::new(),
                Some(".") => vec![binding(Imported::All, "*")],
                Some(alias) => vec![binding(Imported::Whole, alias)],
                None => vec![binding(Imported::Whole, package_name(&module))],
            };
            self.packages.extend(bindings.iter().map(|binding| binding.local.clone()));
            into.push(Statement { at: at(spec), kind: StatementKind::Import { module, bindings } });
        }
    }

    /// `type T …`.
    pub(super) fn type_declaration(&mut self, node: Node<'t>, into: &mut Vec<Statement>) {
        let specs = children(node);
        for spec in &specs {
            let (Some(called), Some(kind)) =
                (spec.child_by_field_name("name"), spec.child_by_field_name("type"))
            else {
                continue;
            };
            let doc = self.doc(*spec).or_else(|| if specs.len() == 1 { self.doc(node) } else { None });
            let called = self.text(called);
            let declared = match (spec.kind(), kind.kind()) {
                (_, "struct_type") => {
                    let class = Class { doc, at: at(*spec), ..self.struct_class(kind, called) };
                    StatementKind::Class(Box::new(class))
                }
                ("type_alias", _) => StatementKind::Declare {
                    pattern: Pattern::Name(called.into(), at(*spec)),
                    value: Some(self.type_of(kind)),
                    annotation: None,
                },
                (_, "interface_type") => continue,
                _ => StatementKind::Function(Box::new(self.converting(*spec, called, kind, doc))),
            };
            into.push(Statement { at: at(*spec), kind: declared });
        }
    }

    /// A type that is no struct, as the function that converts to it.
    fn converting(&mut self, node: Node<'t>, called: &str, kind: Node<'t>, doc: Option<Name>) -> Function {
        let place = at(node);
        let parameter = Parameter {
            pattern: Pattern::Name("value".into(), place),
            default: None,
            kind: ParameterKind::Plain,
            annotation: Some(self.type_of(kind)),
        };
        let given = StatementKind::Return(Some(name(node, "value")));
        Function {
            parameters: vec![parameter],
            body: vec![Statement { at: place, kind: given }],
            doc,
            ..self.empty(node, called)
        }
    }

    fn empty(&self, node: Node<'t>, called: &str) -> Function {
        Function {
            name: called.into(),
            at: at(node),
            file: self.file,
            parameters: Vec::new(),
            body: Vec::new(),
            decorators: Vec::new(),
            doc: None,
            is_async: false,
            is_generator: false,
            keeps_this: false,
        }
    }

    fn declared_function(&mut self, node: Node<'t>) -> Function {
        let called = node.child_by_field_name("name").map(|called| self.text(called)).unwrap_or_default();
        let doc = self.doc(node);
        Function { doc, ..self.function(node, called, Vec::new()) }
    }

    fn method(&mut self, node: Node<'t>) {
        let Some(called) = node.child_by_field_name("name") else { return };
        let Some(receiver) = node.child_by_field_name("receiver") else { return };
        let class = children(receiver).first().and_then(|first| first.child_by_field_name("type"));
        let class =
            class.map(|class| self.text(class).trim_start_matches(['*', '(', ' '])).unwrap_or_default();
        let end =
            class.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(class.len());
        let class = class.get(..end).unwrap_or_default();
        let parameters = self.parameters(receiver);
        let doc = self.doc(node);
        let function = Function { doc, ..self.function(node, self.text(called), parameters) };
        let member = Member {
            name: literal(called, Literal::Text(self.text(called).into())),
            kind: MemberKind::Method(Box::new(function)),
            is_static: false,
            annotation: None,
            tag: None,
        };
        self.methods.push((class, member));
    }

    /// A function of any kind, after the parameters that its kind gives it.
    pub(super) fn function(&mut self, node: Node<'t>, called: &str, receiver: Vec<Parameter>) -> Function {
        let mut parameters = receiver;
        if let Some(list) = node.child_by_field_name("parameters") {
            parameters.append(&mut self.parameters(list));
        }
        let mut body = Vec::new();
        let mut results = Vec::new();
        if let Some(list) = node.child_by_field_name("result").filter(|list| list.kind() == "parameter_list")
        {
            for declared in children(list) {
                let kind = declared.child_by_field_name("type");
                for result in fields(declared, "name") {
                    // Every `return` without values names them all.
                    if results.len() < MOST_RESULTS {
                        results.push(self.text(result));
                    }
                    body.push(Statement {
                        at: at(result),
                        kind: StatementKind::Declare {
                            pattern: self.bound(result),
                            value: kind.and_then(|kind| self.again(|translator| translator.zero(kind))),
                            annotation: kind.map(|kind| self.again(|translator| translator.type_of(kind))),
                        },
                    });
                }
            }
        }
        self.results.push(results);
        if let Some(block) = node.child_by_field_name("body") {
            body.append(&mut self.block(block));
        }
        self.results.pop();
        Function { parameters, body, ..self.empty(node, called) }
    }

    fn parameters(&mut self, list: Node<'t>) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        for declared in children(list) {
            let Some(kind) = declared.child_by_field_name("type") else { continue };
            let is_rest = declared.kind() == "variadic_parameter_declaration";
            let names = fields(declared, "name");
            let mut patterns: Vec<Pattern> = names.into_iter().map(|called| self.bound(called)).collect();
            if patterns.is_empty() {
                patterns.push(Pattern::Ignore);
            }
            let mut first = Some(self.type_of(kind));
            for pattern in patterns {
                let annotation =
                    first.take().unwrap_or_else(|| self.again(|translator| translator.type_of(kind)));
                let (kind, annotation) = if is_rest {
                    let list = ExpressionKind::List(vec![Element::One(annotation)]);
                    (ParameterKind::Rest, expression(kind, list))
                } else {
                    (ParameterKind::Plain, annotation)
                };
                parameters.push(Parameter { pattern, default: None, kind, annotation: Some(annotation) });
            }
        }
        parameters
    }

    /// What a name binds; `_` takes and forgets.
    pub(super) fn bound(&self, node: Node<'t>) -> Pattern {
        match self.text(node) {
            "_" => Pattern::Ignore,
            called => Pattern::Name(called.into(), at(node)),
        }
    }
}

/// How a package is called by default: the last element of its path, without a version and what people put around
/// the name in a repository (`go-sqlite3`, `yaml.v3`, `mcp-go/v2`).
fn package_name(path: &str) -> &str {
    let is_version = |part: &&str| {
        part.strip_prefix('v')
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let mut elements = path.rsplit('/');
    let mut last = elements.next().unwrap_or(path);
    if is_version(&last) {
        last = elements.next().unwrap_or(last);
    }
    if let Some((before, version)) = last.rsplit_once('.')
        && is_version(&version)
    {
        last = before;
    }
    let last = last.strip_prefix("go-").unwrap_or(last);
    let last = last.strip_suffix("-go").or_else(|| last.strip_suffix(".go")).unwrap_or(last);
    last.rsplit('-').next().unwrap_or(last)
}
