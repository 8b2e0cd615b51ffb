//! One definition of a model gives its storage, its getters, and its way from and to JSON.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::{Deserializer, MapAccess};
use serde_json::value::RawValue;

use super::wire::{self, Reading, Wire, Words};

pub(crate) fn serialize_raw<S: serde::Serializer>(json: String, to: S) -> Result<S::Ok, S::Error> {
    let raw = RawValue::from_string(json).map_err(serde::ser::Error::custom)?;
    serde::Serialize::serialize(&raw, to)
}

/// Lossy text: for names that are only shown.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Shown(pub(crate) String);

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Wire for Shown {
    const EXPECTS: &'static str = "a string";

    fn read<'de, D: Deserializer<'de>>(json: D, _: &Reading) -> Result<Self, D::Error> {
        wire::from_raw(json, |raw| super::lenient_string(raw).map(|(text, _)| Self(text)))
    }

    fn encode(&self, out: &mut String) {
        wire::encode_str(&self.0, out);
    }
}

/// `record! { pub struct Name/Stored { kind field: Type = "wireName"; … } }` where `kind` says how the getter
/// hands the value out: `str`, `shown` (lossy text), `copy`, `by_ref`, each also as `opt_…`, and `list`.
macro_rules! record {
    ($(#[$doc:meta])* pub struct $name:ident / $stored:ident {
        $($(#[$fdoc:meta])* $kind:ident $field:ident $(: $type:ty)? = $wire:literal;)+
    }) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name {
            stored: std::sync::Arc<$stored>,
            origin: $crate::model::Origin,
        }

        #[derive(Debug, PartialEq, Eq, Hash)]
        struct $stored {
            $($field: record!(@stored $kind $($type)?),)+
            extra: std::collections::BTreeMap<String, String>,
        }

        impl $name {
            $(record! { @getter $kind $field $(#[$fdoc])* $($type)? })+

            /// Fields that this version doesn't know, each as its raw JSON text.
            pub fn extra(&self) -> &std::collections::BTreeMap<String, String> {
                &self.stored.extra
            }

            /// Whether this came from the server through this library, and wasn't rebuilt from JSON.
            pub fn is_from_server(&self) -> bool {
                self.origin == $crate::model::Origin::Server
            }

            /// The library's JSON form: the API's names, money as decimal strings, unknown fields in place.
            pub fn to_json(&self) -> String {
                let mut out = String::with_capacity($crate::model::record::USUAL);
                $crate::model::Wire::encode(self, &mut out);
                out
            }

            /// Reads the library's JSON form, or the server's. What is rebuilt this way can be read and
            /// compared; calls that confirm something take only what came from the server.
            pub fn from_json(json: &str) -> Result<Self, $crate::Error> {
                $crate::model::Wire::decode(json.trim(), $crate::model::Origin::Rebuilt)
                    .map_err(|why| $crate::Error::invalid(format!("this JSON is no {}: {why}", stringify!($name))))
            }
        }

        impl $crate::model::Wire for $name {
            const EXPECTS: &'static str = "an object";

            fn read<'de, D: serde::Deserializer<'de>>(
                json: D,
                reading: &$crate::model::Reading,
            ) -> Result<Self, D::Error> {
                struct Fields<'r>(&'r $crate::model::Reading);
                impl<'de> serde::de::Visitor<'de> for Fields<'_> {
                    type Value = $stored;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an object")
                    }

                    // Of duplicates the last one counts, as in the server's own language.
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$stored, A::Error> {
                        $(let mut $field = None;)+
                        let mut extra = std::collections::BTreeMap::new();
                        while let Some(name) = $crate::model::record::name(&mut map)? {
                            match &*name {
                                $($wire => $field = Some($crate::model::record::field(&mut map, $wire, self.0)?),)+
                                _ => $crate::model::record::unknown(&mut map, name, &mut extra)?,
                            }
                        }
                        Ok($stored {
                            $($field: match $field {
                                Some(value) => value,
                                None => self.0.absent($wire)?,
                            },)+
                            extra,
                        })
                    }
                }
                let stored = json.deserialize_map(Fields(reading))?;
                Ok(Self { stored: std::sync::Arc::new(stored), origin: reading.origin })
            }

            fn encode(&self, out: &mut String) {
                out.push('{');
                $(if !$crate::model::Wire::is_absent(&self.stored.$field) {
                    $crate::model::record::encode_field(concat!("\"", $wire, "\":"), &self.stored.$field, out);
                })+
                for (name, raw) in &self.stored.extra {
                    $crate::model::record::encode_raw(name, raw, out);
                }
                out.push('}');
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.stored == other.stored
            }
        }

        impl Eq for $name {}

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.stored.hash(state);
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name))$(.field(stringify!($field), &self.stored.$field))+.finish()
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $crate::model::record::serialize_raw(self.to_json(), to)
            }
        }
    };

    (@stored str) => { String };
    (@stored opt_str) => { Option<String> };
    (@stored shown) => { $crate::model::record::Shown };
    (@stored opt_shown) => { Option<$crate::model::record::Shown> };
    (@stored copy $type:ty) => { $type };
    (@stored opt_copy $type:ty) => { Option<$type> };
    (@stored by_ref $type:ty) => { $type };
    (@stored opt_ref $type:ty) => { Option<$type> };
    (@stored list $type:ty) => { Vec<$type> };
    (@stored flag) => { Option<bool> };

    (@getter str $field:ident $(#[$doc:meta])*) => { $(#[$doc])* pub fn $field(&self) -> &str { &self.stored.$field } };
    (@getter opt_str $field:ident $(#[$doc:meta])*) => { $(#[$doc])* pub fn $field(&self) -> Option<&str> { self.stored.$field.as_deref() } };
    (@getter shown $field:ident $(#[$doc:meta])*) => { $(#[$doc])* pub fn $field(&self) -> &str { &self.stored.$field.0 } };
    (@getter opt_shown $field:ident $(#[$doc:meta])*) => { $(#[$doc])* pub fn $field(&self) -> Option<&str> { self.stored.$field.as_ref().map(|shown| shown.0.as_str()) } };
    (@getter copy $field:ident $(#[$doc:meta])* $type:ty) => { $(#[$doc])* pub fn $field(&self) -> $type { self.stored.$field } };
    (@getter opt_copy $field:ident $(#[$doc:meta])* $type:ty) => { $(#[$doc])* pub fn $field(&self) -> Option<$type> { self.stored.$field } };
    (@getter by_ref $field:ident $(#[$doc:meta])* $type:ty) => { $(#[$doc])* pub fn $field(&self) -> &$type { &self.stored.$field } };
    (@getter opt_ref $field:ident $(#[$doc:meta])* $type:ty) => { $(#[$doc])* pub fn $field(&self) -> Option<&$type> { self.stored.$field.as_ref() } };
    (@getter list $field:ident $(#[$doc:meta])* $type:ty) => { $(#[$doc])* pub fn $field(&self) -> &[$type] { &self.stored.$field } };
    (@getter flag $field:ident $(#[$doc:meta])*) => { $(#[$doc])* pub fn $field(&self) -> bool { self.stored.$field == Some(true) } };
}

pub(crate) use record;

/// Bytes that a trade in JSON usually takes.
pub(crate) const USUAL: usize = 1536;

pub(crate) fn name<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Option<Cow<'de, str>>, A::Error> {
    Ok(map.next_key::<Words<'de>>()?.map(|name| name.0))
}

pub(crate) fn field<'de, A: MapAccess<'de>, T: Wire>(
    map: &mut A,
    name: &str,
    reading: &Reading,
) -> Result<T, A::Error> {
    map.next_value_seed(reading.a()).map_err(|error| reading.under(name, error))
}

/// A field that this version doesn't know.
pub(crate) fn unknown<'de, A: MapAccess<'de>>(
    map: &mut A,
    name: Cow<'de, str>,
    extra: &mut BTreeMap<String, String>,
) -> Result<(), A::Error> {
    let raw: &RawValue = map.next_value()?;
    extra.insert(name.into_owned(), raw.get().to_owned());
    Ok(())
}

/// The name comes with its quotes and colon.
pub(crate) fn encode_field<T: Wire>(name: &str, value: &T, out: &mut String) {
    separate(out);
    out.push_str(name);
    value.encode(out);
}

pub(crate) fn encode_raw(name: &str, raw: &str, out: &mut String) {
    separate(out);
    wire::encode_str(name, out);
    out.push(':');
    out.push_str(raw);
}

fn separate(out: &mut String) {
    if !out.ends_with('{') {
        out.push(',');
    }
}
