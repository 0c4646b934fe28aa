//! Blocks of constants.

use tree_sitter::Node;

use super::translator::{Translator, at, children};
use crate::ir::{Statement, StatementKind};

impl<'t> Translator<'t> {
    /// `const (…)`: a constant without a value repeats the expression before it, with the next `iota`.
    pub(super) fn constants(&mut self, node: Node<'t>, into: &mut Vec<Statement>) {
        let around = self.iota;
        let mut repeated: Option<(Option<Node<'t>>, Node<'t>)> = None;
        let specs = children(node).into_iter().filter(|spec| spec.kind() == "const_spec");
        for (position, spec) in specs.enumerate() {
            self.iota = position;
            if let Some(values) = spec.child_by_field_name("value") {
                repeated = Some((spec.child_by_field_name("type"), values));
            }
            let Some((kind, values)) = repeated else { continue };
            if spec.child_by_field_name("value").is_some() {
                self.constant(spec, kind, values, into);
            } else {
                self.again(|translator| translator.constant(spec, kind, values, into));
            }
        }
        self.iota = around;
    }

    fn constant(
        &mut self,
        spec: Node<'t>,
        kind: Option<Node<'t>>,
        values: Node<'t>,
        into: &mut Vec<Statement>,
    ) {
        for (constant, value) in self.names(spec).into_iter().zip(children(values)) {
            let value = Some(self.expression(value));
            let annotation = kind.map(|kind| self.again(|translator| translator.type_of(kind)));
            let kind = StatementKind::Declare { pattern: self.bound(constant), value, annotation };
            into.push(Statement { at: at(spec), kind });
        }
    }
}
