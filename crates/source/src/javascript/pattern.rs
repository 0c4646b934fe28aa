//! What values are bound to: declarations, parameters, assignments.

use oxc_ast::ast;
use oxc_span::GetSpan;

use super::translate::{Translator, name, text_literal};
use crate::ir::{Expression, ExpressionKind, Name, Pattern};

impl<'a> Translator<'a> {
    /// What a declaration or a parameter binds.
    pub(super) fn binding(&mut self, pattern: &ast::BindingPattern<'a>) -> Pattern {
        self.deeper(pattern.span(), |this| this.binding_inside(pattern)).unwrap_or(Pattern::Ignore)
    }

    fn binding_inside(&mut self, pattern: &ast::BindingPattern<'a>) -> Pattern {
        match pattern {
            ast::BindingPattern::BindingIdentifier(identifier) => {
                Pattern::Name(name(&identifier.name), self.at(identifier.span))
            }
            ast::BindingPattern::ObjectPattern(object) => {
                let properties = object.properties.iter();
                let entries =
                    properties.map(|property| (self.key(&property.key), self.binding(&property.value)));
                let entries = entries.collect();
                let rest = object.rest.as_ref().map(|rest| Box::new(self.binding(&rest.argument)));
                Pattern::Record { entries, rest }
            }
            ast::BindingPattern::ArrayPattern(array) => {
                let elements = array.elements.iter();
                let elements: Vec<Option<Pattern>> =
                    elements.map(|element| element.as_ref().map(|element| self.binding(element))).collect();
                let position = elements.len();
                let rest = array.rest.as_ref().map(|rest| (position, Box::new(self.binding(&rest.argument))));
                Pattern::List { elements, rest }
            }
            ast::BindingPattern::AssignmentPattern(assigned) => {
                let target = self.binding(&assigned.left);
                Pattern::Default(Box::new(target), Box::new(self.expression(&assigned.right)))
            }
        }
    }

    /// What an assignment writes to.
    pub(super) fn target(&mut self, target: &ast::AssignmentTarget<'a>) -> Pattern {
        self.deeper(target.span(), |this| this.target_inside(target)).unwrap_or(Pattern::Ignore)
    }

    fn target_inside(&mut self, target: &ast::AssignmentTarget<'a>) -> Pattern {
        match target {
            ast::AssignmentTarget::ArrayAssignmentTarget(array) => {
                let elements = array.elements.iter();
                let elements: Vec<Option<Pattern>> = elements
                    .map(|element| element.as_ref().map(|element| self.target_or_default(element)))
                    .collect();
                let position = elements.len();
                let rest = array.rest.as_ref().map(|rest| (position, Box::new(self.target(&rest.target))));
                Pattern::List { elements, rest }
            }
            ast::AssignmentTarget::ObjectAssignmentTarget(object) => {
                let entries =
                    object.properties.iter().map(|property| self.target_property(property)).collect();
                let rest = object.rest.as_ref().map(|rest| Box::new(self.target(&rest.target)));
                Pattern::Record { entries, rest }
            }
            simple => match simple.as_simple_assignment_target() {
                Some(simple) => self.simple_target(simple),
                None => Pattern::Ignore,
            },
        }
    }

    fn target_or_default(&mut self, target: &ast::AssignmentTargetMaybeDefault<'a>) -> Pattern {
        match target {
            ast::AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(assigned) => {
                let inner = self.target(&assigned.binding);
                Pattern::Default(Box::new(inner), Box::new(self.expression(&assigned.init)))
            }
            other => match other.as_assignment_target() {
                Some(target) => self.target(target),
                None => Pattern::Ignore,
            },
        }
    }

    fn target_property(&mut self, property: &ast::AssignmentTargetProperty<'a>) -> (Expression, Pattern) {
        match property {
            ast::AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(shorthand) => {
                let at = self.at(shorthand.binding.span);
                let target = Pattern::Name(name(&shorthand.binding.name), at);
                let target = match &shorthand.init {
                    Some(value) => Pattern::Default(Box::new(target), Box::new(self.expression(value))),
                    None => target,
                };
                (text_literal(at, &shorthand.binding.name), target)
            }
            ast::AssignmentTargetProperty::AssignmentTargetPropertyProperty(property) => {
                (self.key(&property.name), self.target_or_default(&property.binding))
            }
        }
    }

    /// A name or a place that is written to.
    pub(super) fn simple_target(&mut self, target: &ast::SimpleAssignmentTarget<'a>) -> Pattern {
        let place = match target {
            ast::SimpleAssignmentTarget::AssignmentTargetIdentifier(identifier) => {
                return Pattern::Name(name(&identifier.name), self.at(identifier.span));
            }
            ast::SimpleAssignmentTarget::TSAsExpression(cast) => self.expression(&cast.expression),
            ast::SimpleAssignmentTarget::TSSatisfiesExpression(cast) => self.expression(&cast.expression),
            ast::SimpleAssignmentTarget::TSNonNullExpression(cast) => self.expression(&cast.expression),
            ast::SimpleAssignmentTarget::TSTypeAssertion(cast) => self.expression(&cast.expression),
            member => match member.as_member_expression() {
                Some(member) => self.member(member),
                None => return Pattern::Ignore,
            },
        };
        match place.kind {
            ExpressionKind::Name(name) => Pattern::Name(name, place.at),
            _ => Pattern::Place(Box::new(place)),
        }
    }
}

/// The names that a pattern binds, in order.
pub(super) fn bound_names(pattern: &Pattern, names: &mut Vec<Name>) {
    match pattern {
        Pattern::Name(name, _) => names.push(name.clone()),
        Pattern::List { elements, rest } => {
            elements.iter().flatten().for_each(|element| bound_names(element, names));
            rest.iter().for_each(|(_, rest)| bound_names(rest, names));
        }
        Pattern::Record { entries, rest } => {
            entries.iter().for_each(|(_, value)| bound_names(value, names));
            rest.iter().for_each(|rest| bound_names(rest, names));
        }
        Pattern::Default(target, _) => bound_names(target, names),
        _ => {}
    }
}
