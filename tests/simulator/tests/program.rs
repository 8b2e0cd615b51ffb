//! The program: what it prints, and when it ends.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_autoplus-simulator"))
}

fn first_line(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    line
}

fn ends_soon(child: &mut Child) -> bool {
    let until = Instant::now() + Duration::from_secs(5);
    while Instant::now() < until {
        if let Some(status) = child.try_wait().unwrap() {
            return status.success();
        }
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    false
}

#[test]
fn it_listens_and_goes_with_its_parent() {
    let mut command = program();
    command.args(["--port", "0", "--with-parent"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let line = first_line(&mut child);
    let base_url = line.trim().strip_prefix("listening on ").unwrap();
    assert!(base_url.starts_with("http://127.0.0.1:") && base_url.ends_with("/v1"), "{line}");
    assert_eq!(ureq::get(format!("{base_url}/stats")).call().unwrap().status(), 200);
    drop(child.stdin.take());
    assert!(ends_soon(&mut child), "standard input is closed");
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_and_a_closed_input_does_not() {
    for signal in ["-TERM", "-INT"] {
        let mut child = program().stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let line = first_line(&mut child);
        let base_url = line.trim().strip_prefix("listening on ").unwrap();
        assert_eq!(ureq::get(format!("{base_url}/stats")).call().unwrap().status(), 200);
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        assert!(ends_soon(&mut child), "{signal}");
    }
}

#[test]
fn help_lists_the_verbs() {
    let output = program().arg("--help").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("POST {\"do\": VERB") && text.contains("expire_history"), "{text}");
}
