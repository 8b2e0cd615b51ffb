//! The reviewed table of what the rules say.

use std::collections::BTreeMap;

use autoplus_faults::call::Call;

use super::Case;

const TABLE: &str = include_str!("../../../expected.tsv");

/// Form, fault and store.
type Key = (String, String, String);

/// A word for each call.
pub(crate) struct Expected(BTreeMap<Key, Vec<String>>);

impl Expected {
    pub(crate) fn load() -> Self {
        let mut rows = BTreeMap::new();
        for line in TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let mut fields = line.split('\t').map(str::to_owned);
            let mut next = || fields.next().unwrap_or_else(|| panic!("expected.tsv: too few fields: {line}"));
            let key = (next(), next(), next());
            let words: Vec<String> = fields.collect();
            assert_eq!(words.len(), Call::ALL.len(), "expected.tsv: a word for each call: {line}");
            assert!(rows.insert(key, words).is_none(), "expected.tsv: twice: {line}");
        }
        Self(rows)
    }

    fn row(&self, case: &Case) -> Option<(&Key, &Vec<String>)> {
        let key = |store: &str| (case.form().to_owned(), case.fault.clone(), store.to_owned());
        self.0.get_key_value(&key(case.store)).or_else(|| self.0.get_key_value(&key("any")))
    }

    pub(crate) fn of(&self, case: &Case) -> &str {
        let at = Call::ALL.iter().position(|call| *call == case.call).unwrap();
        self.row(case).map_or("no row in expected.tsv", |(_, words)| &words[at])
    }

    /// Rows that no case uses.
    pub(crate) fn unused<'a>(&self, cases: impl Iterator<Item = &'a Case>) -> Vec<String> {
        let used: Vec<_> = cases.filter_map(|case| self.row(case)).map(|(key, _)| key).collect();
        self.0.keys().filter(|key| !used.contains(key)).map(|key| format!("{key:?}")).collect()
    }
}
