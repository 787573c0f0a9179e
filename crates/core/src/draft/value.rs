//! Values of a configuration file.
use serde::Deserialize;
use std::fmt;
use toml::de::DeValue;

/// What a key can be given.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged, expecting = "expected a number, a text, true or false, or a list of numbers")]
pub enum Value {
    /// A number.
    Int(i64),
    /// A name.
    Text(String),
    /// Yes or no.
    Bool(bool),
    /// Numbers.
    List(Vec<i64>),
}

impl fmt::Display for Value {
    /// As in a file.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Int(v) => write!(f, "{v}"),
            Self::Text(v) => write!(f, "{v:?}"),
            Self::Bool(v) => write!(f, "{v}"),
            Self::List(v) => write!(f, "{v:?}"),
        }
    }
}

/// A number, a text or a list of numbers.
pub(super) fn scalar(v: &DeValue) -> Option<Value> {
    let int = |v: &DeValue| match v {
        DeValue::Integer(i) => i64::from_str_radix(i.as_str(), i.radix()).ok(),
        _ => None,
    };
    match v {
        DeValue::String(s) => Some(Value::Text(s.to_string())),
        DeValue::Integer(_) => int(v).map(Value::Int),
        DeValue::Boolean(b) => Some(Value::Bool(*b)),
        DeValue::Array(list) => list.iter().map(|x| int(x.get_ref())).collect::<Option<_>>().map(Value::List),
        _ => None,
    }
}
/// What a value is, in words.
pub(super) fn kind(v: &DeValue) -> &'static str {
    match v {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a number of this size",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
