//! Runs every scenario of `tests/matrix` against the Rust crate; see FORMAT.md there.
#![allow(clippy::print_stdout, reason = "a runner tells people how it goes")]

mod arguments;
mod calls;
mod matching;
mod notes;
mod prints;
mod requests;
mod run;
mod saved;
mod scenario;
mod stores;
mod streams;
mod view;
mod watches;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use scenario::Scenario;
use stores::{Places, Stores};

const RUNNER: &str = "rust";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run_all().await {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(why) => {
            println!("the matrix can't run: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn run_all() -> Result<usize, String> {
    prints::open()?;
    let folder = std::env::var_os("MATRIX_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), PathBuf::from);
    let only = std::env::var("MATRIX_ONLY").unwrap_or_default();
    let places = Places::from_env()?;
    let mut lines = String::new();
    let (mut passed, mut failed) = (0, 0);
    for (name, path) in scenarios(&folder)? {
        if !name.contains(&only) {
            continue;
        }
        let began = Instant::now();
        let result = one(&name, &path, &places.stores(&name)?).await;
        let seconds = began.elapsed().as_secs_f64();
        let mut line = serde_json::json!({
            "runner": RUNNER, "scenario": name, "ok": result.is_ok(), "seconds": (seconds * 1000.0).round() / 1000.0,
        });
        match result {
            Ok(()) => {
                passed += 1;
                println!("ok     {seconds:6.3} s  {name}");
            }
            Err(why) => {
                failed += 1;
                println!("FAILED {seconds:6.3} s  {name}\n       {why}");
                line["why"] = why.into();
            }
        }
        lines += &format!("{line}\n");
    }
    if let Some(file) = std::env::var_os("MATRIX_RESULTS") {
        std::fs::write(&file, lines).map_err(|why| format!("{}: {why}", file.display()))?;
    }
    println!("{passed} passed, {failed} failed");
    match passed + failed {
        0 => Err(format!("no scenario in {} fits {only:?}", folder.display())),
        _ => Ok(failed),
    }
}

async fn one(name: &str, path: &Path, stores: &Stores) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|why| why.to_string())?;
    run::scenario(name, &Scenario::parse(&text)?, stores).await
}

/// Name (`area/case`) and path of every scenario, sorted.
fn scenarios(folder: &Path) -> Result<Vec<(String, PathBuf)>, String> {
    let entries = |folder: &Path| -> Result<Vec<PathBuf>, String> {
        let read = std::fs::read_dir(folder).map_err(|why| format!("{}: {why}", folder.display()))?;
        read.map(|entry| Ok(entry.map_err(|why| why.to_string())?.path())).collect()
    };
    let mut found = Vec::new();
    for area in entries(folder)?.into_iter().filter(|path| path.is_dir()) {
        for path in
            entries(&area)?.into_iter().filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        {
            let part = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            found.push((format!("{}/{}", part(&area), part(&path)), path));
        }
    }
    found.sort();
    Ok(found)
}
