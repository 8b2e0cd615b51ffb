//! Decimal numbers as text on their way through the bridge.

use autoplus::Amount;

/// A decimal number in any notation. Equal when the value and the number of decimals are equal, so that Kotlin
/// may write `1E-7` where the server wrote `0.0000001`.
#[derive(Debug, Clone)]
pub struct Money(pub(crate) String);

uniffi::custom_newtype!(Money, String);

impl Money {
    /// Sign, digits without leading zeros, and the power of ten of the last digit.
    fn parts(&self) -> Option<(bool, String, i64)> {
        let unsigned = self.0.strip_prefix('-').unwrap_or(&self.0);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse().ok()?),
            None => (unsigned, 0_i64),
        };
        let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{decimals}").trim_start_matches('0').to_owned();
        let power = exponent.checked_sub(i64::try_from(decimals.len()).ok()?)?;
        Some((unsigned.len() < self.0.len(), digits, power))
    }
}

impl From<&Amount> for Money {
    fn from(amount: &Amount) -> Self {
        Self(amount.as_text())
    }
}

impl PartialEq for Money {
    fn eq(&self, other: &Self) -> bool {
        match (self.parts(), other.parts()) {
            (Some(one), Some(two)) => one == two,
            _ => self.0 == other.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equal(one: &str, two: &str) -> bool {
        Money(one.into()) == Money(two.into())
    }

    #[test]
    fn notation_makes_no_difference_and_value_does() {
        assert!(equal("0.0000001", "1E-7"));
        assert!(equal("5e-324", "5E-324"));
        assert!(equal("1e99", "1E+99"));
        assert!(equal("-0.50", "-0.50"));
        assert!(!equal("0.5", "-0.5"));
        assert!(!equal("0.5", "0.05"));
        assert!(!equal("0.5", "0.51"));
    }
}
