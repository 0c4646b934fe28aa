//! The small language as text: one line for a statement, for tests and for people.

use super::{
    Argument, Binary, Case, CaseTest, Class, Clause, Element, Entry, Expression, ExpressionKind, File,
    Function, Imported, Literal, Logical, Member, MemberKind, Over, Parameter, ParameterKind, Part, Pattern,
    Statement, StatementKind, Unary,
};

/// Writes a file as text, a statement of its body on each line, and its problems after them as `problem: …`.
#[must_use]
pub fn outline(file: &File) -> String {
    let mut text = String::new();
    for statement in &file.body {
        text.push_str(&self::statement(statement));
        text.push('\n');
    }
    for problem in &file.problems {
        text.push_str(&format!("problem: {:?} {}\n", problem.at, problem.message));
    }
    text
}

/// Writes a statement on one line.
#[must_use]
pub fn statement(statement: &Statement) -> String {
    match &statement.kind {
        StatementKind::Expression(value) => expression(value),
        StatementKind::Declare { pattern: target, value, annotation } => {
            let annotation = prefixed(": ", annotation.as_ref());
            format!("let {}{annotation}{}", pattern(target), prefixed(" = ", value.as_ref()))
        }
        StatementKind::If { condition, then, otherwise } => {
            format!("if {} {}{}", expression(condition), block(then), section(" else ", otherwise))
        }
        StatementKind::ForEach { pattern: target, iterable, over, body, otherwise } => {
            let word = match over {
                Over::Elements => "of",
                Over::Keys => "in keys",
                Over::Pairs => "in pairs",
            };
            let rest = section(" else ", otherwise);
            format!("for {} {word} {} {}{rest}", pattern(target), expression(iterable), block(body))
        }
        StatementKind::While { condition, body, step, body_first } => {
            let word = if *body_first { "do-while" } else { "while" };
            format!("{word} {}{} {}", expression(condition), prefixed(" step ", step.as_ref()), block(body))
        }
        StatementKind::Match { subject, cases } => {
            let cases: Vec<String> = cases.iter().map(case).collect();
            format!("match {} {{ {} }}", expression(subject), cases.join("; "))
        }
        StatementKind::Try { body, catches, otherwise, finally } => {
            let mut text = format!("try {}", block(body));
            for catch in catches {
                let types =
                    if catch.types.is_empty() { String::new() } else { format!(" {}", list(&catch.types)) };
                let target = catch.pattern.as_ref().map(|target| format!(" as {}", pattern(target)));
                text.push_str(&format!(" catch{types}{} {}", target.unwrap_or_default(), block(&catch.body)));
            }
            format!("{text}{}{}", section(" else ", otherwise), section(" finally ", finally))
        }
        StatementKind::With { items, body } => {
            let item = |(value, target): &(Expression, Option<Pattern>)| {
                let target = target.as_ref().map(|target| format!(" as {}", pattern(target)));
                format!("{}{}", expression(value), target.unwrap_or_default())
            };
            let items: Vec<String> = items.iter().map(item).collect();
            format!("with {} {}", items.join(", "), block(body))
        }
        StatementKind::Return(value) => format!("return{}", prefixed(" ", value.as_ref())),
        StatementKind::Throw(value) => format!("throw{}", prefixed(" ", value.as_ref())),
        StatementKind::Break => "break".to_owned(),
        StatementKind::Continue => "continue".to_owned(),
        StatementKind::Assert(value) => format!("assert {}", expression(value)),
        StatementKind::Function(value) => function(value),
        StatementKind::Class(value) => class(value),
        StatementKind::Import { module, bindings } => {
            let binding = |binding: &super::ImportBinding| match &binding.imported {
                Imported::Whole => format!("* as {}", binding.local),
                Imported::Default => format!("default as {}", binding.local),
                Imported::Named(name) => format!("{name} as {}", binding.local),
                Imported::All => "*".to_owned(),
            };
            let bindings: Vec<String> = bindings.iter().map(binding).collect();
            format!("import {module:?} {{ {} }}", bindings.join(", "))
        }
        StatementKind::Export { module, names } => {
            let from = module.as_ref().map(|module| format!(" from {module:?}")).unwrap_or_default();
            let name = |name: &super::ExportedName| format!("{} as {}", name.local, name.exported);
            let names: Vec<String> = names.iter().map(name).collect();
            format!("export {{ {} }}{from}", names.join(", "))
        }
        StatementKind::ExportDefault(value) => format!("export default {}", expression(value)),
        StatementKind::Block(body) => block(body),
        StatementKind::Delete(value) => format!("delete {}", expression(value)),
    }
}

/// Writes an expression. Operations of two operands stand in parentheses, so that their order is seen.
#[must_use]
pub fn expression(value: &Expression) -> String {
    match &value.kind {
        ExpressionKind::Name(name) => name.to_string(),
        ExpressionKind::This => "this".to_owned(),
        ExpressionKind::Super => "super".to_owned(),
        ExpressionKind::Literal(value) => literal(value),
        ExpressionKind::Regex { source, flags } => format!("/{source}/{flags}"),
        ExpressionKind::Template { tag, parts } => {
            let part = |part: &Part| match part {
                Part::Text(text) => text.escape_debug().to_string(),
                Part::Value(value) => format!("${{{}}}", expression(value)),
            };
            let parts: String = parts.iter().map(part).collect();
            format!("{}`{parts}`", prefixed("", tag.as_deref()))
        }
        ExpressionKind::Member { object, name, optional } => {
            format!("{}{}{name}", expression(object), if *optional { "?." } else { "." })
        }
        ExpressionKind::Index { object, index } => format!("{}[{}]", expression(object), expression(index)),
        ExpressionKind::Slice { object, from, to } => {
            let (from, to) = (prefixed("", from.as_deref()), prefixed("", to.as_deref()));
            format!("{}[{from}:{to}]", expression(object))
        }
        ExpressionKind::Call { callee, arguments, is_new } => {
            let arguments: Vec<String> = arguments.iter().map(argument).collect();
            let word = if *is_new { "new " } else { "" };
            format!("{word}{}({})", expression(callee), arguments.join(", "))
        }
        ExpressionKind::Unary(operation, value) => format!("{}({})", unary(*operation), expression(value)),
        ExpressionKind::Binary(operation, left, right) => {
            format!("({} {} {})", expression(left), binary(*operation), expression(right))
        }
        ExpressionKind::Logical(operation, left, right) => {
            format!("({} {} {})", expression(left), logical(*operation), expression(right))
        }
        ExpressionKind::Choose { condition, then, otherwise } => {
            format!("({} ? {} : {})", expression(condition), expression(then), expression(otherwise))
        }
        ExpressionKind::List(elements) => {
            let element = |element: &Element| match element {
                Element::One(value) => expression(value),
                Element::Spread(value) => format!("...{}", expression(value)),
            };
            let elements: Vec<String> = elements.iter().map(element).collect();
            format!("[{}]", elements.join(", "))
        }
        ExpressionKind::Record(entries) => {
            let entries: Vec<String> = entries.iter().map(entry).collect();
            format!("{{{}}}", entries.join(", "))
        }
        ExpressionKind::Function(value) => function(value),
        ExpressionKind::Class(value) => class(value),
        ExpressionKind::Await(value) => format!("await({})", expression(value)),
        ExpressionKind::Yield(value) => format!("yield({})", prefixed("", value.as_deref())),
        ExpressionKind::Assign { target, operation, value } => {
            let operation = operation.map(binary).unwrap_or_default();
            format!("({} {operation}= {})", pattern(target), expression(value))
        }
        ExpressionKind::Comprehension { key, element, clauses } => {
            let key = key.as_ref().map(|key| format!("{}: ", expression(key))).unwrap_or_default();
            let clauses: String = clauses.iter().map(clause).collect();
            format!("[{key}{}{clauses}]", expression(element))
        }
        ExpressionKind::Sequence(values) => format!("sequence({})", list(values)),
        ExpressionKind::ImportCall(value) => format!("import({})", expression(value)),
        ExpressionKind::Opaque(values) => format!("opaque({})", list(values)),
    }
}

/// Writes a pattern.
#[must_use]
pub fn pattern(target: &Pattern) -> String {
    match target {
        Pattern::Name(name, _) => name.to_string(),
        Pattern::Place(place) => expression(place),
        Pattern::List { elements, rest } => {
            let written =
                |element: &Option<Pattern>| element.as_ref().map_or_else(|| "hole".to_owned(), pattern);
            let mut elements: Vec<String> = elements.iter().map(written).collect();
            if let Some((position, rest)) = rest {
                elements.insert((*position).min(elements.len()), format!("...{}", pattern(rest)));
            }
            format!("[{}]", elements.join(", "))
        }
        Pattern::Record { entries, rest } => {
            let written =
                |(key, value): &(Expression, Pattern)| format!("{}: {}", expression(key), pattern(value));
            let mut entries: Vec<String> = entries.iter().map(written).collect();
            entries.extend(rest.iter().map(|rest| format!("...{}", pattern(rest))));
            format!("{{{}}}", entries.join(", "))
        }
        Pattern::Default(target, value) => format!("{} = {}", pattern(target), expression(value)),
        Pattern::Instance(class, properties) => {
            let written = |(name, value): &(super::Name, Pattern)| format!("{name}={}", pattern(value));
            let properties: Vec<String> = properties.iter().map(written).collect();
            format!("{}({})", expression(class), properties.join(", "))
        }
        Pattern::Equal(value) => format!("equal {}", expression(value)),
        Pattern::Ignore => "_".to_owned(),
        Pattern::As(target, name, _) => format!("{} as {name}", pattern(target)),
        Pattern::AnyOf(targets) => targets.iter().map(pattern).collect::<Vec<String>>().join(" | "),
    }
}

fn function(value: &Function) -> String {
    let mut text = before(value.doc.as_deref(), &value.decorators);
    if value.is_async {
        text.push_str("async ");
    }
    text.push_str(if value.keeps_this { "arrow" } else { "function" });
    if value.is_generator {
        text.push('*');
    }
    if !value.name.is_empty() {
        text.push(' ');
        text.push_str(&value.name);
    }
    let parameters: Vec<String> = value.parameters.iter().map(parameter).collect();
    format!("{text}({}) {}", parameters.join(", "), block(&value.body))
}

fn parameter(value: &Parameter) -> String {
    let word = match value.kind {
        ParameterKind::Plain => "",
        ParameterKind::NamedOnly => "named ",
        ParameterKind::Rest => "...",
        ParameterKind::RestNamed => "**",
    };
    let annotation = prefixed(": ", value.annotation.as_ref());
    format!("{word}{}{annotation}{}", pattern(&value.pattern), prefixed(" = ", value.default.as_ref()))
}

fn class(value: &Class) -> String {
    let mut text = before(value.doc.as_deref(), &value.decorators);
    text.push_str("class");
    if !value.name.is_empty() {
        text.push_str(&format!(" {}", value.name));
    }
    if !value.bases.is_empty() {
        text.push_str(&format!(" extends {}", list(&value.bases)));
    }
    let members: Vec<String> = value.members.iter().map(member).collect();
    format!("{text} {{ {} }}", members.join("; "))
}

fn member(value: &Member) -> String {
    let word = if value.is_static { "static " } else { "" };
    let name = expression(&value.name);
    let annotation = prefixed(": ", value.annotation.as_ref());
    let tag = value.tag.as_ref().map(|tag| format!(" `{tag}`")).unwrap_or_default();
    let rest = match &value.kind {
        MemberKind::Method(method) => format!("method {name} {}", function(method)),
        MemberKind::Getter(method) => format!("get {name} {}", function(method)),
        MemberKind::Setter(method) => format!("set {name} {}", function(method)),
        MemberKind::Field(value) => format!("field {name}{annotation}{}", prefixed(" = ", value.as_ref())),
    };
    format!("{word}{rest}{tag}")
}

fn before(doc: Option<&str>, decorators: &[Expression]) -> String {
    let doc = doc.map(|doc| format!("/** {} */ ", doc.escape_debug())).unwrap_or_default();
    let decorators: String = decorators.iter().map(|value| format!("@{} ", expression(value))).collect();
    doc + &decorators
}

fn case(value: &Case) -> String {
    let test = |test: &CaseTest| match test {
        CaseTest::Equal(value) => expression(value),
        CaseTest::Shape(shape) => format!("shape {}", pattern(shape)),
        CaseTest::Capture(name) => format!("capture {name}"),
        CaseTest::When(condition) => format!("when {}", expression(condition)),
    };
    let tests: Vec<String> = value.tests.iter().map(test).collect();
    let tests = if tests.is_empty() { "default".to_owned() } else { format!("case {}", tests.join(", ")) };
    format!("{tests}{} {}", prefixed(" if ", value.guard.as_ref()), block(&value.body))
}

fn entry(value: &Entry) -> String {
    match value {
        Entry::Pair(key, value) => format!("{}: {}", expression(key), expression(value)),
        Entry::Spread(value) => format!("...{}", expression(value)),
        Entry::Getter(key, value) => format!("get {}: {}", expression(key), function(value)),
    }
}

fn argument(value: &Argument) -> String {
    match value {
        Argument::Plain(value) => expression(value),
        Argument::Named(name, value) => format!("{name}={}", expression(value)),
        Argument::Spread(value) => format!("...{}", expression(value)),
        Argument::SpreadNamed(value) => format!("**{}", expression(value)),
    }
}

fn clause(value: &Clause) -> String {
    let conditions: String =
        value.conditions.iter().map(|value| format!(" if {}", expression(value))).collect();
    format!(" for {} of {}{conditions}", pattern(&value.pattern), expression(&value.iterable))
}

fn literal(value: &Literal) -> String {
    match value {
        Literal::Nothing => "nothing".to_owned(),
        Literal::Bool(value) => value.to_string(),
        Literal::Number(value) => value.to_string(),
        Literal::Text(value) => format!("{value:?}"),
        Literal::Bytes(value) => format!("b{value:?}"),
    }
}

fn unary(operation: Unary) -> &'static str {
    match operation {
        Unary::Not => "!",
        Unary::Minus => "-",
        Unary::Plus => "+",
        Unary::Invert => "~",
        Unary::TypeOf => "typeof",
        Unary::Void => "void",
    }
}

fn binary(operation: Binary) -> &'static str {
    match operation {
        Binary::Add => "+",
        Binary::Subtract => "-",
        Binary::Multiply => "*",
        Binary::Divide => "/",
        Binary::Remainder => "%",
        Binary::Arithmetic => "arithmetic",
        Binary::Equal => "==",
        Binary::NotEqual => "!=",
        Binary::Less => "<",
        Binary::LessOrEqual => "<=",
        Binary::Greater => ">",
        Binary::GreaterOrEqual => ">=",
        Binary::In => "in",
        Binary::NotIn => "not in",
        Binary::InstanceOf => "instanceof",
        Binary::Or => "|",
    }
}

fn logical(operation: Logical) -> &'static str {
    match operation {
        Logical::And => "&&",
        Logical::Or => "||",
        Logical::Coalesce => "??",
    }
}

fn block(body: &[Statement]) -> String {
    if body.is_empty() {
        return "{}".to_owned();
    }
    let body: Vec<String> = body.iter().map(statement).collect();
    format!("{{ {} }}", body.join("; "))
}

fn section(word: &str, body: &[Statement]) -> String {
    if body.is_empty() { String::new() } else { format!("{word}{}", block(body)) }
}

fn prefixed(word: &str, value: Option<&Expression>) -> String {
    value.map(|value| format!("{word}{}", expression(value))).unwrap_or_default()
}

fn list(values: &[Expression]) -> String {
    let values: Vec<String> = values.iter().map(expression).collect();
    values.join(", ")
}
