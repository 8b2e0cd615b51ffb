//! Numbers in JSON of open shape, which a JavaScript number could change.

use napi_derive::napi;

/// The largest whole number up to which a JavaScript number counts exactly.
pub(crate) const SAFE: u64 = (1 << 53) - 1;

/// The same JSON with every number that isn't a safe integer as a string of its own characters.
#[napi(catch_unwind)]
pub fn exact_numbers(json: String) -> String {
    let mut exact = String::with_capacity(json.len());
    push_exact(&json, &mut exact);
    exact
}

pub(crate) fn push_exact(json: &str, exact: &mut String) {
    let mut rest = json;
    while let Some(start) = rest.find(|first: char| first == '"' || first == '-' || first.is_ascii_digit()) {
        let (between, token) = rest.split_at(start);
        exact.push_str(between);
        let length = if token.starts_with('"') { string_length(token) } else { number_length(token) };
        let (token, after) = token.split_at(length);
        if token.starts_with('"') || is_safe(token) {
            exact.push_str(token);
        } else {
            exact.push('"');
            exact.push_str(token);
            exact.push('"');
        }
        rest = after;
    }
    exact.push_str(rest);
}

fn string_length(json: &str) -> usize {
    let mut escaped = true; // The opening quote doesn't close.
    let closing = json.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    });
    closing.map_or(json.len(), |at| at + 1)
}

fn number_length(json: &str) -> usize {
    let part_of_it = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    json.bytes().position(|byte| !part_of_it(byte)).unwrap_or(json.len())
}

fn is_safe(number: &str) -> bool {
    number.parse::<i64>().is_ok_and(|whole| whole.unsigned_abs() <= SAFE)
}
