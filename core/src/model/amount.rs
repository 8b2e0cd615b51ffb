//! Money, exactly as the server wrote it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::de::Deserializer;
use serde_json::value::RawValue;

use super::wire::{Reading, Wire, from_raw};

/// An exact decimal number: an amount of crypto, dollars, or a fee rate.
///
/// Kept as the token that stood in the JSON, so that nothing is ever rounded.
///
/// Equal amounts are equal however they are written: `5` and `5.0`.
#[derive(Clone)]
pub struct Amount(Arc<str>);

impl Amount {
    /// The number in plain notation: `0.0000001` where the server wrote `1e-7`.
    ///
    /// A number of more digits than [`Decimal`] holds stays as the server wrote it.
    pub fn as_text(&self) -> String {
        self.plain().into_owned()
    }

    fn plain(&self) -> Cow<'_, str> {
        if is_plain(&self.0) {
            return Cow::Borrowed(&self.0);
        }
        self.decimal().map_or(Cow::Borrowed(&self.0), |exact| Cow::Owned(exact.to_string()))
    }

    /// The token as it stood in the JSON.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// The exact value, or `None` if it has more than the 28 digits that [`Decimal`] holds.
    pub fn decimal(&self) -> Option<Decimal> {
        parse_exact(&self.0)
    }
}

fn parse_exact(token: &str) -> Option<Decimal> {
    let (mantissa, exponent) = match token.find(['e', 'E']) {
        Some(at) => (&token[..at], token[at + 1..].parse::<i32>().ok()?),
        None => (token, 0),
    };
    let mut number = Decimal::from_str_exact(mantissa).ok()?;
    if number.is_zero() {
        return Some(number);
    }
    if exponent > 0 {
        let by_scale = u32::try_from(exponent).ok()?.min(number.scale());
        number.set_scale(number.scale() - by_scale).ok()?;
        let zeros = u32::try_from(exponent).ok()? - by_scale;
        let factor = 10_i128.checked_pow(zeros).filter(|_| zeros <= 28)?;
        let exact = number.checked_mul(Decimal::try_from_i128_with_scale(factor, 0).ok()?)?;
        // Where zeros were added the number is whole; a scale would mean that it was rounded.
        (zeros == 0 || exact.scale() == 0).then_some(exact)
    } else {
        let scale = number.scale().checked_add(exponent.unsigned_abs()).filter(|scale| *scale <= 28)?;
        number.set_scale(scale).ok()?;
        Some(number)
    }
}

/// A JSON number's grammar; also what stands inside the quotes of the library's own JSON form.
/// A JSON number. The token is valid JSON.
pub(super) fn number(token: &str) -> Option<Amount> {
    let digits = token.strip_prefix('-').unwrap_or(token);
    digits.starts_with(|c: char| c.is_ascii_digit()).then(|| Amount(token.into()))
}

/// So many are surely exact in a decimal.
const MOST_DIGITS: usize = 28;

/// Numbers that are written as a decimal is: nothing has to be reckoned.
fn is_plain(token: &str) -> bool {
    let digit_or_point = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    token.len() <= MOST_DIGITS && token.bytes().all(digit_or_point)
}

impl Wire for Amount {
    const EXPECTS: &'static str = "a number";

    fn read<'de, D: Deserializer<'de>>(json: D, _: &Reading) -> Result<Self, D::Error> {
        from_raw(json, |raw| {
            if !raw.starts_with('"') {
                return number(raw);
            }
            let token: String = serde_json::from_str(raw).ok()?;
            serde_json::from_str::<&RawValue>(&token)
                .is_ok_and(|json| json.get() == token)
                .then(|| number(&token))?
        })
    }

    fn encode(&self, out: &mut String) {
        out.push('"');
        out.push_str(&self.plain());
        out.push('"');
    }
}

impl PartialEq for Amount {
    fn eq(&self, other: &Self) -> bool {
        match (self.decimal(), other.decimal()) {
            (Some(one), Some(two)) => one == two,
            (None, None) => self.0 == other.0,
            _ => false,
        }
    }
}

impl Eq for Amount {}

impl std::hash::Hash for Amount {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        match self.decimal() {
            Some(exact) => exact.hash(state),
            None => self.0.hash(state),
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.plain())
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Amount({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Origin;

    fn amount(token: &str) -> Amount {
        Amount::decode(token, Origin::Server).unwrap()
    }

    #[test]
    fn every_form_of_a_javascript_number_is_exact() {
        for (token, plain) in [
            ("1e-7", "0.0000001"),
            ("5", "5"),
            ("0.123456789012345678", "0.123456789012345678"),
            ("12345678901234567.12345678", "12345678901234567.12345678"),
            ("1.5e3", "1500"),
            ("1.25e1", "12.5"),
            ("1.2345e2", "123.45"),
            ("1e21", "1000000000000000000000"),
            ("-0.5", "-0.5"),
            ("2.50", "2.50"),
            ("0", "0"),
        ] {
            assert_eq!(amount(token).as_text(), plain, "{token}");
            assert_eq!(amount(token).raw(), token);
        }
    }

    #[test]
    fn equal_amounts_are_equal_however_they_are_written() {
        assert_eq!(amount("5"), amount("5.0"));
        assert_eq!(amount("1e-7"), amount("\"0.0000001\""));
        assert_ne!(amount("5"), amount("5.1"));
        assert_ne!(amount("5e-324"), amount("0"));
    }

    #[test]
    fn too_many_digits_stay_as_they_are_and_are_never_rounded() {
        for token in ["5e-324", "1e99", "0.12345678901234567890123456789012345"] {
            assert_eq!(amount(token).decimal(), None);
            assert_eq!(amount(token).as_text(), token);
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for token in ["\"abc\"", "null", "true", "[1]", "\"\"", "\" 1\"", "\"NaN\""] {
            assert!(Amount::decode(token, Origin::Server).is_err(), "{token}");
        }
    }

    #[test]
    fn what_is_written_plainly_reads_as_its_decimal_would() {
        for token in ["0", "7", "0.0", "0.50", "1234567890.123456789", "9999999999999999999999999999"] {
            assert!(is_plain(token));
            assert_eq!(amount(token).as_text(), amount(token).decimal().unwrap().to_string());
        }
    }
}
