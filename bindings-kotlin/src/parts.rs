//! Makes a record of a core model by asking its getters, field by field.

use std::collections::{BTreeMap, HashMap};

use autoplus::{Amount, Crypto, EventType, ExecutionState, Outcome, Priority, Timestamp, TradeStatus};

use crate::money::Money;

/// How a value that a getter gives becomes a field of a record.
pub(crate) trait IntoPart<T> {
    fn into_part(self) -> T;
}

/// How such a value is written, as uniffi would write the field, without making that.
pub(crate) trait PackPart<T> {
    fn pack_part(self, to: &mut Vec<u8>);
}

/// A model that is written like its record.
pub(crate) trait PackModel {
    fn pack_model(&self, to: &mut Vec<u8>);
}

/// `Model => Record { getter: FieldType, … }`
macro_rules! parts {
    ($($model:ident => $record:ident { $($field:ident : $type:ty),+ $(,)? })+) => {
        $(
            /// The values of the core's model, by the names of its getters.
            #[derive(Debug, Clone, PartialEq, uniffi::Record)]
            #[allow(missing_docs, reason = "the core's model explains each field")]
            pub struct $record {
                $(pub $field: $type,)+
            }

            impl From<&$model> for $record {
                fn from(model: &$model) -> Self {
                    Self { $($field: $crate::parts::IntoPart::into_part(model.$field()),)+ }
                }
            }

            impl $crate::parts::PackModel for $model {
                fn pack_model(&self, to: &mut Vec<u8>) {
                    $($crate::parts::PackPart::<$type>::pack_part(self.$field(), to);)+
                }
            }

            impl $crate::parts::PackPart<$record> for &$model {
                fn pack_part(self, to: &mut Vec<u8>) {
                    $crate::parts::PackModel::pack_model(self, to);
                }
            }

            impl $crate::parts::PackPart<$record> for $model {
                fn pack_part(self, to: &mut Vec<u8>) {
                    $crate::parts::PackModel::pack_model(&self, to);
                }
            }

            impl $crate::parts::IntoPart<$record> for &$model {
                fn into_part(self) -> $record {
                    self.into()
                }
            }

            impl $crate::parts::IntoPart<$record> for $model {
                fn into_part(self) -> $record {
                    (&self).into()
                }
            }
        )+
    };
}

pub(crate) use parts;

macro_rules! as_they_are {
    ($($type:ty),+) => {
        $(impl IntoPart<$type> for $type {
            fn into_part(self) -> $type {
                self
            }
        })+
    };
}

macro_rules! words {
    ($($word:ty),+) => {
        $(impl IntoPart<String> for &$word {
            fn into_part(self) -> String {
                self.as_str().to_owned()
            }
        }

        impl PackPart<String> for &$word {
            fn pack_part(self, to: &mut Vec<u8>) {
                pack_text(self.as_str(), to);
            }
        })+
    };
}

as_they_are!(i64, bool, String);
words!(Crypto, EventType, ExecutionState, Priority, TradeStatus, Outcome);

impl IntoPart<String> for Outcome {
    fn into_part(self) -> String {
        self.as_str().to_owned()
    }
}

impl IntoPart<String> for &str {
    fn into_part(self) -> String {
        self.to_owned()
    }
}

impl IntoPart<i64> for Timestamp {
    fn into_part(self) -> i64 {
        self.seconds()
    }
}

impl IntoPart<Money> for &Amount {
    fn into_part(self) -> Money {
        self.into()
    }
}

impl<T, U: IntoPart<T>> IntoPart<Option<T>> for Option<U> {
    fn into_part(self) -> Option<T> {
        self.map(IntoPart::into_part)
    }
}

impl IntoPart<Vec<String>> for &[String] {
    fn into_part(self) -> Vec<String> {
        self.to_vec()
    }
}

impl IntoPart<HashMap<String, String>> for &BTreeMap<String, String> {
    fn into_part(self) -> HashMap<String, String> {
        self.iter().map(|(field, raw)| (field.clone(), raw.clone())).collect()
    }
}

fn pack_text(text: &str, to: &mut Vec<u8>) {
    pack_length(text.len(), to);
    to.extend_from_slice(text.as_bytes());
}

fn pack_length(length: usize, to: &mut Vec<u8>) {
    to.extend_from_slice(&(length as i32).to_be_bytes());
}

impl PackPart<i64> for i64 {
    fn pack_part(self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.to_be_bytes());
    }
}

impl PackPart<bool> for bool {
    fn pack_part(self, to: &mut Vec<u8>) {
        to.push(u8::from(self));
    }
}

impl PackPart<String> for &str {
    fn pack_part(self, to: &mut Vec<u8>) {
        pack_text(self, to);
    }
}

impl PackPart<String> for String {
    fn pack_part(self, to: &mut Vec<u8>) {
        pack_text(&self, to);
    }
}

impl PackPart<String> for Outcome {
    fn pack_part(self, to: &mut Vec<u8>) {
        pack_text(self.as_str(), to);
    }
}

impl PackPart<i64> for Timestamp {
    fn pack_part(self, to: &mut Vec<u8>) {
        self.seconds().pack_part(to);
    }
}

impl PackPart<Money> for &Amount {
    fn pack_part(self, to: &mut Vec<u8>) {
        pack_text(&self.as_text(), to);
    }
}

impl<T, U: PackPart<T>> PackPart<Option<T>> for Option<U> {
    fn pack_part(self, to: &mut Vec<u8>) {
        to.push(u8::from(self.is_some()));
        if let Some(part) = self {
            part.pack_part(to);
        }
    }
}

impl PackPart<Vec<String>> for &[String] {
    fn pack_part(self, to: &mut Vec<u8>) {
        pack_length(self.len(), to);
        self.iter().for_each(|text| pack_text(text, to));
    }
}

impl PackPart<HashMap<String, String>> for &BTreeMap<String, String> {
    fn pack_part(self, to: &mut Vec<u8>) {
        pack_length(self.len(), to);
        for (field, raw) in self {
            pack_text(field, to);
            pack_text(raw, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use autoplus::{OpenedTrade, Trade, bridge};
    use uniffi::Lower;

    use super::*;
    use crate::UniFfiTag;
    use crate::models::{OpenedTradeParts, TradeParts};

    #[test]
    fn a_model_is_written_as_uniffi_writes_its_record() {
        let few = r#"{"id":"1","tradeId":-2,"revision":7,"openedAt":1,"crypto":"ltc","status":"new",
            "identificationRevision":3000,"identificationConfirmedBy":[]}"#;
        let many = r#"{"id":"1","tradeId":2,"revision":7,"openedAt":1,"crypto":"ltc","status":"waitingAction","sender":"5",
            "receiver":"6","identificationRevision":3000,"identificationConfirmedBy":["5","6"],"terms":{"version":"v",
            "sender":{"text":"cut \ud83d","confirmed":true,"confirmedAt":9},"receiver":{"confirmed":false}},"amount":1e-7,
            "fees":0.5,"receivedAt":8,"fundControlsLocked":true,"new":{"a":1e0}}"#;
        for json in [few, many] {
            let trade: Trade = bridge::snapshot(json).unwrap();
            let (mut one, mut other) = (Vec::new(), Vec::new());
            trade.pack_model(&mut one);
            <TradeParts as Lower<UniFfiTag>>::write((&trade).into(), &mut other);
            assert_eq!(one, other);
        }
        let opened = OpenedTrade::from_json(r#"{"id":"1","tradeId":2,"new":"é"}"#).unwrap();
        let (mut one, mut other) = (Vec::new(), Vec::new());
        opened.pack_model(&mut one);
        <OpenedTradeParts as Lower<UniFfiTag>>::write((&opened).into(), &mut other);
        assert_eq!(one, other);
    }
}
