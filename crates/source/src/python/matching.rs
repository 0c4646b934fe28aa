//! `match`.

use ruff_python_ast::{
    Expr, Pattern as Source, PatternMatchClass, PatternMatchMapping, Singleton, StmtMatch,
};
use ruff_text_size::Ranged;

use super::translator::{Translator, at, expression};
use crate::ir::{Case, CaseTest, Expression, ExpressionKind, Literal, Pattern, StatementKind};

/// Classes whose only position in a pattern is the whole value: `str(text)`.
const WHOLE: [&str; 11] =
    ["bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"];

impl<'a> Translator<'a> {
    /// A `match` statement.
    pub(super) fn matching(&mut self, source: &'a StmtMatch) -> StatementKind {
        let subject = self.expression(&source.subject);
        let mut cases = Vec::with_capacity(source.cases.len());
        for case in &source.cases {
            let tests = self.tests(&case.pattern);
            let guard = self.optional(case.guard.as_deref());
            cases.push(Case { tests, guard, body: self.block(&case.body) });
        }
        StatementKind::Match { subject, cases }
    }

    /// What a case compares with; nothing for `_`.
    fn tests(&mut self, source: &'a Source) -> Vec<CaseTest> {
        match source {
            Source::MatchOr(either) => {
                let tests = either.patterns.iter().flat_map(|pattern| match pattern {
                    Source::MatchAs(all) if all.pattern.is_none() && all.name.is_none() => {
                        vec![CaseTest::Shape(Pattern::Ignore)]
                    }
                    pattern => vec![self.test(pattern)],
                });
                tests.collect()
            }
            Source::MatchAs(all) if all.pattern.is_none() && all.name.is_none() => Vec::new(),
            source => vec![self.test(source)],
        }
    }

    fn test(&mut self, source: &'a Source) -> CaseTest {
        match self.shape(source) {
            Pattern::Equal(value) => CaseTest::Equal(*value),
            Pattern::Name(name, _) => CaseTest::Capture(name),
            shape => CaseTest::Shape(shape),
        }
    }

    fn shape(&mut self, source: &'a Source) -> Pattern {
        let range = source.range();
        self.deeper(range, || Pattern::Ignore, |translator| translator.shape_of(source))
    }

    fn shape_of(&mut self, source: &'a Source) -> Pattern {
        match source {
            Source::MatchValue(value) => Pattern::Equal(Box::new(self.expression(&value.value))),
            Source::MatchSingleton(single) => {
                let literal = match single.value {
                    Singleton::None => Literal::Nothing,
                    Singleton::True => Literal::Bool(true),
                    Singleton::False => Literal::Bool(false),
                };
                Pattern::Equal(Box::new(expression(at(single.range), ExpressionKind::Literal(literal))))
            }
            Source::MatchSequence(sequence) => self.sequence(&sequence.patterns),
            Source::MatchMapping(mapping) => self.mapping(mapping),
            Source::MatchClass(class) => self.instance(class),
            Source::MatchStar(star) => {
                star.name.as_ref().map_or(Pattern::Ignore, |name| self.identifier(name))
            }
            Source::MatchAs(named) => match (&named.pattern, &named.name) {
                (None, None) => Pattern::Ignore,
                (None, Some(name)) => self.identifier(name),
                (Some(pattern), None) => self.shape(pattern),
                (Some(pattern), Some(name)) => {
                    self.note_declared(&name.id);
                    Pattern::As(Box::new(self.shape(pattern)), name.as_str().into(), at(name.range))
                }
            },
            Source::MatchOr(either) => {
                Pattern::AnyOf(either.patterns.iter().map(|pattern| self.shape(pattern)).collect())
            }
        }
    }

    fn sequence(&mut self, sources: &'a [Source]) -> Pattern {
        let mut elements = Vec::with_capacity(sources.len());
        let mut rest = None;
        for source in sources {
            let pattern = self.shape(source);
            if matches!(source, Source::MatchStar(_)) && rest.is_none() {
                rest = Some((elements.len(), Box::new(pattern)));
            } else {
                elements.push(Some(pattern));
            }
        }
        Pattern::List { elements, rest }
    }

    fn mapping(&mut self, source: &'a PatternMatchMapping) -> Pattern {
        let mut entries: Vec<(Expression, Pattern)> = Vec::with_capacity(source.keys.len());
        for (key, pattern) in source.keys.iter().zip(&source.patterns) {
            let key = self.expression(key);
            entries.push((key, self.shape(pattern)));
        }
        Pattern::Record { entries, rest: source.rest.as_ref().map(|name| Box::new(self.identifier(name))) }
    }

    fn instance(&mut self, source: &'a PatternMatchClass) -> Pattern {
        let class = self.expression(&source.cls);
        let arguments = &source.arguments;
        let mut positions: Vec<Pattern> = Vec::with_capacity(arguments.patterns.len());
        for pattern in &arguments.patterns {
            positions.push(self.shape(pattern));
        }
        let is_whole = matches!(&*source.cls, Expr::Name(name) if WHOLE.contains(&name.id.as_str()));
        if is_whole && arguments.keywords.is_empty() && positions.len() == 1 {
            let instance = Pattern::Instance(Box::new(class), Vec::new());
            return match positions.pop() {
                Some(Pattern::Name(name, place)) => Pattern::As(Box::new(instance), name, place),
                Some(Pattern::Ignore) | None => instance,
                Some(inner) => inner,
            };
        }
        let positions = positions.into_iter().enumerate();
        let mut properties: Vec<_> =
            positions.map(|(position, pattern)| (position.to_string().into(), pattern)).collect();
        for keyword in &arguments.keywords {
            properties.push((keyword.attr.as_str().into(), self.shape(&keyword.pattern)));
        }
        Pattern::Instance(Box::new(class), properties)
    }
}
