mod together;

use std::path::PathBuf;
use std::sync::Arc;

use super::{Access, Store, open};
use crate::environment::random_hex;
use crate::error::{Error, ErrorKind};
use crate::protocol::fixtures::row;
use crate::protocol::rows::{Row, Rows, State};

/// A folder of its own, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("autoplus-store-{}", random_hex().unwrap()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("a.db")
    }

    fn open(&self) -> Result<Arc<dyn Store>, Error> {
        open(Some(&format!("sqlite:{}", self.file().display())))
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn with<T>(
    store: &dyn Store,
    account: &str,
    work: impl Fn(&mut dyn Rows) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut result = None;
    store.transact(account, Access::Synced, &mut |rows| {
        result = Some(work(rows)?);
        Ok(())
    })?;
    Ok(result.unwrap())
}

fn stored(store: &dyn Store, account: &str, name: &str) -> Option<Row> {
    with(store, account, |rows| rows.operation(name)).unwrap()
}

fn refusal(folder: &Folder) -> String {
    let error = folder.open().err().expect("it was opened");
    assert_eq!(error.kind(), ErrorKind::Store, "{error}");
    error.message().to_owned()
}

#[test]
fn rows_outlive_the_store_that_wrote_them_and_belong_to_one_account() {
    let folder = Folder::new();
    let first = folder.open().unwrap();
    with(&*first, "1", |rows| rows.put(&row("a"))).unwrap();
    drop(first);
    let second = folder.open().unwrap();
    assert_eq!(stored(&*second, "1", "a"), Some(row("a")));
    assert_eq!(stored(&*second, "2", "a"), None);
    assert!(with(&*second, "2", |rows| rows.pending()).unwrap().is_empty());
}

#[test]
fn what_fails_halfway_leaves_nothing() {
    let folder = Folder::new();
    let store = folder.open().unwrap();
    let failed: Result<(), Error> = with(&*store, "1", |rows| {
        rows.put(&row("a"))?;
        Err(Error::invalid("no"))
    });
    assert!(failed.is_err());
    assert_eq!(stored(&*store, "1", "a"), None);
}

#[test]
fn open_rows_are_found_by_trade_and_tokens_without_a_user_see_each_other() {
    let folder = Folder::new();
    let store = folder.open().unwrap();
    let of_trade = Row {
        intent: crate::protocol::rows::Intent { trade_id: Some("9".into()), ..row("b").intent },
        ..row("b")
    };
    with(&*store, "token:x", |rows| {
        rows.put(&row("a"))?;
        rows.put(&of_trade)?;
        rows.put(&Row { state: State::Done { result: "{}".into() }, ..row("c") })
    })
    .unwrap();
    let names = |account: &str, trade: Option<&str>| -> Vec<String> {
        with(&*store, account, |rows| rows.open(trade)).unwrap().into_iter().map(|row| row.name).collect()
    };
    assert_eq!((names("token:x", None), names("token:x", Some("9"))), (vec!["a".into()], vec!["b".into()]));
    assert!(names("token:y", None).is_empty());
    let pending = |account| with(&*store, account, |rows| rows.pending()).unwrap().len();
    assert_eq!((pending("token:x"), pending("token:y"), pending("1")), (2, 2, 2));
    let elsewhere = |account, name| with(&*store, account, |rows| rows.elsewhere(name)).unwrap().is_some();
    assert!(elsewhere("token:y", "a") && !elsewhere("token:x", "a"));
    assert!(elsewhere("1", "a") && elsewhere("token:y", "c"), "what is done, too");
    assert!(!elsewhere("token:x", "a"), "its own");
    with(&*store, "1", |rows| rows.put(&Row { account: "1".into(), ..row("d") })).unwrap();
    assert!(elsewhere("token:x", "d") && !elsewhere("2", "d"), "a known user's, for a token without one");
    let open = |account| with(&*store, account, |rows| rows.open_elsewhere("9")).unwrap().is_some();
    assert!(open("1") && open("token:y") && !open("token:x"));
    let left = with(&*store, "1", |rows| rows.elsewhere("a")).unwrap().unwrap();
    with(&*store, "1", |rows| rows.forget_elsewhere(&Row { account: "token:x".into(), ..left.clone() }))
        .unwrap();
    assert!(!elsewhere("1", "a"));
}

#[test]
fn an_instance_lives_as_long_as_its_store_is_open() {
    let folder = Folder::new();
    let (first, second) = (folder.open().unwrap(), folder.open().unwrap());
    let name = with(&*first, "1", |rows| Ok(rows.instance().to_owned())).unwrap();
    let alive = || with(&*second, "1", |rows| Ok(rows.is_alive(&name))).unwrap();
    assert!(alive());
    drop(first);
    assert!(!alive());
    assert!(!with(&*second, "1", |rows| Ok(rows.is_alive("never"))).unwrap());
}

#[test]
fn what_a_killed_instance_left_is_swept_by_the_next() {
    let folder = Folder::new();
    drop(folder.open().unwrap());
    let left = folder.0.join(format!("a.db-owner-{}", "0".repeat(32)));
    std::fs::write(&left, "").unwrap();
    let store = folder.open().unwrap();
    assert_eq!(stored(&*store, "1", "a"), None);
    assert!(!left.exists());
    assert_eq!(folder.names().iter().filter(|name| name.contains("-owner-")).count(), 1);
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_any_of_its_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let store = folder.open().unwrap();
    with(&*store, "1", |rows| rows.put(&row("a"))).unwrap();
    let names = folder.names();
    assert!(names.len() >= 3, "{names:?}");
    for name in names {
        let metadata = std::fs::metadata(folder.0.join(&name)).unwrap();
        let (mode, says) = (metadata.permissions().mode() & 0o777, metadata.len() > 0);
        assert!(mode == 0o600 || (name.contains("-owner-") && !says), "{name}: {mode:o}");
    }
}

#[test]
fn a_file_that_is_not_ours_or_newer_or_damaged_is_refused_and_left_as_it_was() {
    let another = Folder::new();
    let connection = rusqlite::Connection::open(another.file()).unwrap();
    connection.execute_batch("CREATE TABLE theirs (x)").unwrap();
    drop(connection);
    let newer = Folder::new();
    with(&*newer.open().unwrap(), "1", |rows| rows.put(&row("a"))).unwrap();
    let connection = rusqlite::Connection::open(newer.file()).unwrap();
    connection.pragma_update(None, "user_version", 3).unwrap();
    drop(connection);
    let text = Folder::new();
    std::fs::write(text.file(), "a list of things to do".repeat(100)).unwrap();
    let torn = Folder::new();
    let store = torn.open().unwrap();
    for number in 0..200 {
        with(&*store, "1", |rows| rows.put(&row(&number.to_string()))).unwrap();
    }
    drop(store);
    let mut bytes = std::fs::read(torn.file()).unwrap();
    let end = bytes.len();
    bytes[5000..end].fill(0x5a);
    std::fs::write(torn.file(), bytes).unwrap();
    for (folder, says) in
        [(&another, "another program's"), (&newer, "newer version"), (&text, "damaged"), (&torn, "damaged")]
    {
        let before = std::fs::read(folder.file()).unwrap();
        let message = refusal(folder);
        assert!(message.contains(says), "{message}");
        assert!(std::fs::read(folder.file()).unwrap() == before, "{says}: it was changed");
    }
}

#[test]
fn a_full_disk_and_a_locked_file_are_told_and_change_nothing() {
    let folder = Folder::new();
    let store = folder.open().unwrap();
    with(&*store, "1", |rows| rows.put(&row("a"))).unwrap();
    let other = rusqlite::Connection::open(folder.file()).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let locked = with(&*store, "1", |rows| rows.put(&row("b"))).unwrap_err();
    assert!(locked.kind() == ErrorKind::Store && locked.message().contains("locked"), "{locked}");
    drop(other);
    assert!(stored(&*store, "1", "a").is_some() && stored(&*store, "1", "b").is_none());
}

#[test]
fn a_name_that_is_no_store_says_what_is() {
    for named in ["sqlite:", "postgres://x", "a.db"] {
        assert_eq!(open(Some(named)).err().unwrap().kind(), ErrorKind::Invalid, "{named}");
    }
    let nowhere = open(Some("sqlite:/nowhere/at/all.db")).err().unwrap();
    assert_eq!(nowhere.kind(), ErrorKind::Store);
}
