//! docs/simulator.md says what the code does.

#![allow(clippy::unwrap_used)]

use autoplus_simulator::{Config, Simulator};
use serde_json::{Value, json};

const PAGE: &str = include_str!("../../../docs/simulator.md");

/// The rows of the page's table of verbs: verb and arguments.
fn documented() -> Vec<(String, String)> {
    let rows = PAGE.lines().filter_map(|line| line.strip_prefix("| `"));
    let cells = rows.map(|row| row.split('|').map(|cell| cell.replace('`', "")).collect::<Vec<_>>());
    cells
        .filter(|cells| cells.len() >= 3)
        .map(|cells| (cells[0].trim().into(), cells[1].trim().into()))
        .collect()
}

#[test]
fn every_verb_is_on_the_page_with_its_arguments() {
    let documented = documented();
    let help = Simulator::control_help();
    let lines: Vec<_> =
        help.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   ")).collect();
    assert!(lines.len() >= 30);
    for line in &lines {
        let (verb, arguments) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        let row = documented.iter().find(|(name, _)| name == verb);
        assert_eq!(row.map(|(_, given)| given.as_str()), Some(arguments.trim()), "the row of {verb}");
    }
    assert_eq!(documented.len(), lines.len(), "the page has verbs that the code has not: {documented:?}");
}

/// The rows of the table whose header begins with `title`, without the header.
fn table(title: &str) -> Vec<Vec<String>> {
    let lines = PAGE.lines().skip_while(|line| !line.starts_with(&format!("| {title} |"))).skip(2);
    let rows = lines.take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

#[test]
fn every_switch_is_on_the_page_with_its_default() {
    let simulator = Simulator::start(Config::default()).unwrap();
    let settings = simulator.control(&json!({"do": "settings"})).unwrap();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut switches: Vec<_> =
        settings.as_object().unwrap().iter().map(|(name, value)| (name.clone(), text(value))).collect();
    let mut documented: Vec<_> =
        table("switch").into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    switches.sort();
    documented.sort();
    assert_eq!(documented, switches);
}

#[test]
fn every_fault_is_on_the_page_with_what_it_takes() {
    let simulator = Simulator::start(Config::default()).unwrap();
    let fault = |kind: &str, name: &str, value: Value| {
        let command = json!({"do": "fault", "on": "GET /trades/{id}", "kind": kind, name: value});
        simulator.control(&command).unwrap_err()
    };
    let unknown = fault("explode", "times", json!(1));
    let known: Vec<_> = unknown.split('`').skip(3).step_by(2).collect();
    let documented = table("fault");
    assert_eq!(known, documented.iter().map(|row| row[0].as_str()).collect::<Vec<_>>());
    for row in documented {
        let wrong = match row[0].as_str() {
            "overtaken" => fault("overtaken", "answer", json!("first")),
            kind => fault(kind, "act", json!({"user": "sender", "act": "release"})),
        };
        assert_eq!(wrong.split("which takes ").nth(1), Some(row[1].as_str()), "{wrong}");
    }
}

#[test]
fn every_example_on_the_page_runs() {
    let simulator = Simulator::start(Config::default()).unwrap();
    let opened = simulator.control_text(r#"{"do": "open_trade"}"#).unwrap();
    assert!(opened.contains("3000000000000000001"), "the page's examples use this id");
    let examples: Vec<_> = PAGE.lines().filter(|line| line.starts_with("{\"do\"")).collect();
    assert!(examples.len() >= 5);
    for example in examples {
        simulator.control_text(example).unwrap_or_else(|error| panic!("{example} said: {error}"));
    }
}
