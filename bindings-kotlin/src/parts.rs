//! Makes a record of a core model by asking its getters, field by field.

use std::collections::{BTreeMap, HashMap};

use autoplus::{Amount, Crypto, EventType, ExecutionState, Outcome, Priority, Timestamp, TradeStatus};

use crate::money::Money;

/// How a value that a getter gives becomes a field of a record.
pub(crate) trait IntoPart<T> {
    fn into_part(self) -> T;
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
