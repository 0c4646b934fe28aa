//! Values on their way into the store and out of it.

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// No value.
    Null,
    /// A number of 64 bits.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// A text. The character NUL, which PostgreSQL can not hold, is written as U+FFFD.
    Text(String),
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// [`Cell::Integer`].
    Integer,
    /// [`Cell::Real`].
    Real,
    /// [`Cell::Text`].
    Text,
}

impl Cell {
    /// A text as both databases can hold it.
    pub(crate) fn storable(text: &str) -> String {
        if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text.to_owned() }
    }
}

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Cell {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One row of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(pub(crate) Vec<Cell>);

impl Row {
    /// The number of a column, counted from 0; 0 when there is none.
    #[must_use]
    pub fn integer(&self, column: usize) -> i64 {
        self.some_integer(column).unwrap_or_default()
    }

    /// The number of a column, when there is one.
    #[must_use]
    pub fn some_integer(&self, column: usize) -> Option<i64> {
        match self.0.get(column) {
            Some(Cell::Integer(value)) => Some(*value),
            _ => None,
        }
    }

    /// The number of a column as one with a fraction; 0 when there is none.
    #[must_use]
    pub fn real(&self, column: usize) -> f64 {
        match self.0.get(column) {
            Some(Cell::Real(value)) => *value,
            Some(Cell::Integer(value)) => *value as f64,
            _ => 0.0,
        }
    }

    /// The text of a column; empty when there is none.
    #[must_use]
    pub fn text(&self, column: usize) -> &str {
        self.some_text(column).unwrap_or_default()
    }

    /// The text of a column, when there is one.
    #[must_use]
    pub fn some_text(&self, column: usize) -> Option<&str> {
        match self.0.get(column) {
            Some(Cell::Text(value)) => Some(value),
            _ => None,
        }
    }

    /// All cells.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.0
    }
}
