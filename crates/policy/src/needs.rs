//! What the policies can see of a question: the rest of it need not be put in Cedar's terms.

use std::collections::BTreeSet;

use cedar_policy_core::ast::{BinaryOp, Expr, ExprKind, Var};

/// Which parts of a question some conditions can depend on.
pub(crate) struct Needs {
    /// Every attribute that is named anywhere, of whatever it is; nothing when attributes can be seen without a name.
    named: Option<Vec<Box<str>>>,
    /// Whether tags are looked at.
    tags: bool,
}

impl Needs {
    /// Everything.
    pub(crate) const ALL: Self = Self { named: None, tags: true };

    /// What these conditions need. The context is a value that could be compared as a whole: where it stands otherwise
    /// than before a dot or `has`, all of it is needed. Entities are compared by their names alone.
    pub(crate) fn of<'e>(conditions: impl Iterator<Item = &'e Expr>) -> Self {
        let (mut names, mut tags) = (BTreeSet::new(), false);
        let (mut contexts, mut dotted) = (0_usize, 0_usize);
        let is_context = |expr: &Expr| matches!(expr.expr_kind(), ExprKind::Var(Var::Context));
        for part in conditions.flat_map(Expr::subexpressions) {
            // Every kind is told: one that is new must not be passed over.
            match part.expr_kind() {
                ExprKind::GetAttr { expr, attr } | ExprKind::HasAttr { expr, attr } => {
                    dotted += usize::from(is_context(expr));
                    names.insert(attr);
                }
                ExprKind::ExtHasAttr { expr, attrs } => {
                    dotted += usize::from(is_context(expr));
                    names.extend(attrs);
                }
                ExprKind::Var(Var::Context) => contexts += 1,
                ExprKind::BinaryApp { op, .. } => tags |= matches!(op, BinaryOp::GetTag | BinaryOp::HasTag),
                ExprKind::Lit(_)
                | ExprKind::Var(Var::Principal | Var::Action | Var::Resource)
                | ExprKind::Slot(_)
                | ExprKind::Unknown(_)
                | ExprKind::If { .. }
                | ExprKind::And { .. }
                | ExprKind::Or { .. }
                | ExprKind::UnaryApp { .. }
                | ExprKind::ExtensionFunctionApp { .. }
                | ExprKind::Like { .. }
                | ExprKind::Is { .. }
                | ExprKind::Set(_)
                | ExprKind::Record(_) => {}
            }
        }
        let named = names.into_iter().map(|name| Box::from(&**name)).collect();
        Self { named: (contexts == dotted).then_some(named), tags }
    }

    /// Whether an attribute of this name is looked at.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.named.as_ref().is_none_or(|named| named.iter().any(|known| **known == *name))
    }

    /// Whether any of these is.
    pub(crate) fn any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.has(name))
    }

    /// Whether tags are looked at.
    pub(crate) const fn tags(&self) -> bool {
        self.tags
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    fn needs(conditions: &[&str]) -> Needs {
        let conditions: Vec<Expr> =
            conditions.iter().map(|condition| Expr::from_str(condition).unwrap()).collect();
        Needs::of(conditions.iter())
    }

    #[test]
    fn what_is_named_is_needed_and_nothing_else() {
        let needs = needs(&[
            "context.flow.advice == Advice::\"ask\" && resource has sends",
            "principal in Group::\"g\" && (if context has pin then true else false)",
            "context has budgets.bytes_session",
        ]);
        for (name, is_needed) in [
            ("flow", true),
            ("advice", true),
            ("sends", true),
            ("pin", true),
            ("secrets", false),
            ("name", false),
        ] {
            assert_eq!(needs.has(name), is_needed, "{name}");
        }
        assert!(!needs.tags());
    }

    #[test]
    fn a_context_that_is_compared_as_a_whole_is_needed_as_a_whole() {
        for condition in
            ["context == {a: 1}", "[context].contains({a: 1})", "(if true then context else context).a == 1"]
        {
            assert!(needs(&[condition]).has("anything"), "{condition}");
        }
        assert!(needs(&["Arguments::\"arguments\".hasTag(\"/x\")"]).tags());
        assert!(needs(&["context.arguments.getTag(\"/x\") == \"y\""]).tags());
    }
}
