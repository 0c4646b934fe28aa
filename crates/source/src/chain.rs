//! Long chains of one operation as flat trees.

/// Chains up to this length nest to the left, as the source says.
pub(crate) const LONGEST: usize = 64;

/// Joins in order. However many parts there are, the tree stays flat: longer chains are halved.
pub(crate) fn balanced<T>(mut parts: Vec<T>, join: &impl Fn(T, T) -> T) -> Option<T> {
    if parts.len() <= LONGEST {
        return parts.into_iter().reduce(join);
    }
    let right = parts.split_off(parts.len() / 2);
    match (balanced(parts, join), balanced(right, join)) {
        (Some(left), Some(right)) => Some(join(left, right)),
        (one, other) => one.or(other),
    }
}
