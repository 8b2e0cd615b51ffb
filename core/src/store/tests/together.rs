//! Several that open, close, remove and replace one file.

use super::{Folder, with};
use crate::error::Error;
use crate::protocol::fixtures::row;
use crate::store::{Store, open};

fn put(store: &dyn Store, name: &str) -> Result<(), Error> {
    with(store, "1", |rows| rows.put(&row(name)))
}

/// Deleted or replaced while it is open: what is written then is on no disk that anybody will read.
#[test]
fn a_file_that_was_removed_or_replaced_while_open_is_refused() {
    let folder = Folder::new();
    let store = folder.open().unwrap();
    put(&*store, "before").unwrap();
    for name in ["a.db", "a.db-wal", "a.db-shm"] {
        std::fs::remove_file(folder.0.join(name)).unwrap();
    }
    let alone = put(&*store, "written-nowhere");
    let fresh = folder.open().unwrap();
    put(&*fresh, "before").unwrap();
    let beside = put(&*store, "written-nowhere-2");
    assert!(alone.is_err() && beside.is_err(), "a row was taken as durable in a file that is gone");
}

/// Another store's file beside it is not this one's to sweep.
#[test]
fn a_store_whose_name_begins_like_an_instances_mark_is_not_swept() {
    let folder = Folder::new();
    let other = folder.0.join("a.db-owner-of-all.db");
    let named = format!("sqlite:{}", other.display());
    drop(open(Some(&named)).unwrap());
    assert!(other.exists());
    let _store = folder.open().unwrap();
    assert!(other.exists(), "another store's database was removed");
}

#[test]
fn many_open_a_fresh_file_at_once() {
    for _ in 0..20 {
        let folder = Folder::new();
        std::thread::scope(|scope| {
            let tasks: Vec<_> = (0..8)
                .map(|at| {
                    let folder = &folder;
                    scope.spawn(move || {
                        let store = folder.open()?;
                        put(&*store, &at.to_string())?;
                        Ok::<_, Error>(())
                    })
                })
                .collect();
            for task in tasks {
                task.join().unwrap().unwrap();
            }
        });
    }
}

/// Processes that come and go at an existing file, so that it is often opened by the first and closed by the last.
#[test]
fn opening_and_closing_an_existing_file_at_once_never_fails() {
    let folder = Folder::new();
    drop(folder.open().unwrap());
    std::thread::scope(|scope| {
        let tasks: Vec<_> = (0..3)
            .map(|at| {
                let folder = &folder;
                scope.spawn(move || {
                    for round in 0..60 {
                        let store = folder.open()?;
                        put(&*store, &format!("{at}-{round}"))?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .collect();
        for task in tasks {
            task.join().unwrap().unwrap();
        }
    });
}
