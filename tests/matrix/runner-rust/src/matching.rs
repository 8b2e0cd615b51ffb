//! Expectations: maps compare the named keys, all else must be equal.

use regex::Regex;
use serde_json::{Map, Value};

/// Why the value isn't what is expected; nothing if it is. `at` names the place for people.
pub(crate) fn check(expected: &Value, actual: &Value, at: &str) -> Result<(), String> {
    match (expected, actual) {
        (Value::String(text), _) if text == "$any" => Ok(()),
        (Value::String(text), _) if text.starts_with("$regex:") => {
            let pattern = Regex::new(&text["$regex:".len()..]).map_err(|why| why.to_string())?;
            match actual.as_str() {
                Some(found) if pattern.is_match(found) => Ok(()),
                _ => Err(format!("{at}: {actual} doesn't match {pattern}")),
            }
        }
        (Value::Object(fields), Value::Object(found)) => {
            fields.iter().try_for_each(|(name, field)| check_field(field, found, name, at))
        }
        (Value::Array(items), Value::Array(found)) if items.len() == found.len() => {
            let mut pairs = items.iter().zip(found).enumerate();
            pairs.try_for_each(|(index, (item, found))| check(item, found, &format!("{at}.{index}")))
        }
        (Value::Array(items), Value::Array(found)) => {
            Err(format!("{at}: expected {} items, found {}: {actual}", items.len(), found.len()))
        }
        _ if expected == actual => Ok(()),
        _ => Err(format!("{at}: expected {expected}, found {actual}")),
    }
}

fn check_field(expected: &Value, found: &Map<String, Value>, name: &str, at: &str) -> Result<(), String> {
    let absent = expected.as_str() == Some("$absent");
    match found.get(name) {
        None if absent => Ok(()),
        None => Err(format!(
            "{at}.{name}: expected {expected}, found nothing in {}",
            Value::Object(found.clone())
        )),
        Some(value) if absent => Err(format!("{at}.{name}: expected nothing, found {value}")),
        Some(value) => check(expected, value, &format!("{at}.{name}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn maps_compare_named_keys_and_lists_their_length() {
        assert!(check(&json!({"a": 1}), &json!({"a": 1, "b": 2}), "").is_ok());
        assert!(check(&json!({"a": [1]}), &json!({"a": [1, 2]}), "").is_err());
        assert!(check(&json!({"a": 5}), &json!({"a": "5"}), "").is_err());
        assert!(check(&json!({"a": 1}), &json!({}), "").is_err());
    }

    #[test]
    fn special_strings_look_at_presence_and_pattern() {
        assert!(check(&json!({"a": "$any"}), &json!({"a": null}), "").is_ok());
        assert!(check(&json!({"a": "$any"}), &json!({}), "").is_err());
        assert!(check(&json!({"a": "$absent"}), &json!({}), "").is_ok());
        assert!(check(&json!({"a": "$absent"}), &json!({"a": null}), "").is_err());
        assert!(check(&json!("$regex:^a+$"), &json!("aaa"), "").is_ok());
        assert!(check(&json!("$regex:^a+$"), &json!("b"), "").is_err());
    }
}
