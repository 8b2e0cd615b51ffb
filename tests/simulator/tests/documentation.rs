//! docs/simulator.md says what the code does.

use autoplus_simulator::Simulator;

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
    assert!(lines.len() >= 24);
    for line in &lines {
        let (verb, arguments) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        let row = documented.iter().find(|(name, _)| name == verb);
        assert_eq!(row.map(|(_, given)| given.as_str()), Some(arguments.trim()), "the row of {verb}");
    }
    assert_eq!(documented.len(), lines.len(), "the page has verbs that the code has not: {documented:?}");
}

#[test]
fn every_example_on_the_page_runs() {
    let simulator = Simulator::start(autoplus_simulator::Config::default()).unwrap();
    let opened = simulator.control_text(r#"{"do": "open_trade"}"#).unwrap();
    assert!(opened.contains("3000000000000000001"), "the page's examples use this id");
    let examples: Vec<_> = PAGE.lines().filter(|line| line.starts_with("{\"do\"")).collect();
    assert!(examples.len() >= 5);
    for example in examples {
        simulator.control_text(example).unwrap_or_else(|error| panic!("{example} said: {error}"));
    }
}
