"""The matrix's Python runners fail on whatever they don't know, and on what isn't as expected."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RUNNER = Path(__file__).resolve().parent.parent.parent / "tests" / "matrix" / "runner-python"
HEAD = "format: 1\nname: A scenario of the runner's own tests\nsteps:\n"
FAILING = {
    "format": ("format: 2\nname: x\nsteps: []\n", "format 1"),
    "key": (HEAD + "  - {call: stats, as: sender, maybe: 1}\n", "maybe"),
    "top-key": ("colour: red\n" + HEAD + "  - {call: stats, as: sender}\n", "colour"),
    "call": (HEAD + "  - {call: refund, as: sender}\n", "refund"),
    "call-without-client": (HEAD + "  - {call: stats}\n", "needs `as`"),
    "client": (HEAD + "  - {call: stats, as: nobody}\n", "nobody"),
    "limit": ("clients: {sender: {patience: 1}}\n" + HEAD + "  - {call: stats, as: sender}\n", "patience"),
    "argument": (HEAD + "  - {call: stats, as: sender, with: {fast: true}}\n", "fast"),
    "missing-argument": (HEAD + "  - {call: trade, as: sender}\n", "id is missing"),
    "verb": (HEAD + "  - control: {do: dance}\n", "refused"),
    "reference": (HEAD + "  - {call: trade, as: sender, with: {id: $world.nothing}}\n", "leads nowhere"),
    "value": (HEAD + "  - {call: stats, as: sender, expect: {value: {trades: '48211'}}}\n", "trades"),
    "bool": (HEAD + "  - {call: stats, as: sender, expect: {value: {trades: true}}}\n", "trades"),
    "absent": (HEAD + "  - {call: stats, as: sender, expect: {value: {trades: $absent}}}\n", "nothing"),
    "success": (HEAD + "  - {call: stats, as: sender, expect: {error: {kind: server}}}\n", "expected the error"),
    "error": (HEAD + "  - {call: trade, as: sender, with: {id: '1'}}\n", "not_found"),
    "kind": (HEAD + "  - {call: trade, as: sender, with: {id: '1'}, expect: {error: {kind: server}}}\n", "kind"),
    "requests": (HEAD + "  - {call: stats, as: sender}\n  - requests: []\n", "saw 1"),
    "request-key": (
        HEAD + "  - {call: stats, as: sender}\n  - requests: [{method: GET, path: /stats, speed: 1}]\n",
        "speed",
    ),
    "store": ("store: split\n" + HEAD + "  - {call: stats, as: sender}\n", "shared"),
    "restart": ("store: shared\n" + HEAD + "  - restart: [sender]\n", "hasn't started"),
    "restart-key": ("store: shared\n" + HEAD + "  - {restart: [sender], save: x}\n", "save"),
    "pending": (HEAD + "  - {call: resolve, as: sender, with: {pending: x}}\n", "no operation 'x' is pending"),
    "stream": (
        HEAD
        + "  - {call: open_watch, as: sender, with: {trades: []}, save: watch}\n"
        + "  - {call: next, with: {stream: $watch, take: 1}}\n",
        "stream must be a saved stream",
    ),
    "notes": (
        HEAD
        + "  - {call: open_watch, as: sender, with: {trades: []}, save: watch}\n"
        + "  - {call: next_notes, with: {notes: $watch, take: 1}}\n",
        "notes must be a saved notes",
    ),
    "notes-argument": (HEAD + "  - {call: open_notes, as: sender, with: {of: '1'}}\n", "['of'] aren't known"),
    "stream-that-is-not-there": (HEAD + "  - {call: commit, with: {stream: $world}}\n", "no saved"),
    "take": (HEAD + "  - {call: events, as: sender, with: {trade_id: '1', take: 0}}\n", "take must be at least 1"),
    "stream-argument": (
        HEAD + "  - {call: open_stream, as: sender, with: {trade_id: '1', pace: 1}}\n",
        "['pace'] aren't known",
    ),
    "watch-argument": (
        HEAD
        + "  - {call: open_watch, as: sender, with: {trades: []}, save: watch}\n"
        + "  - {call: watch_trades, with: {watch: $watch, order: up}}\n",
        "['order'] aren't known",
    ),
    "watch-with-client": (
        HEAD
        + "  - {call: open_watch, as: sender, with: {trades: []}, save: watch}\n"
        + "  - {call: close_watch, as: sender, with: {watch: $watch}}\n",
        "close_watch isn't known",
    ),
    "operation": (
        HEAD
        + "  - {call: trade, as: sender, with: {id: '1'}, save: failed, expect: {error: {operation: $absent}}}\n"
        + "  - {call: resolve, as: sender, with: {operation: $failed}}\n",
        "no saved",
    ),
}
PASSING = (
    HEAD
    + """  - {call: stats, as: sender, expect: {value: {trades: 48211, volume: "5120733.4"}}}
  - requests: [{method: GET, path: /stats, status: 200, headers: {authorization: $absent}}]
  - {call: open_watch, as: sender, with: {trades: ["300000000000000009"], consumer: bot}, save: watch}
  - call: watch_each
    with: {watch: $watch, take: 1, at_once: 2}
    expect: {value: {items: [{tradeId: "300000000000000009", error: {kind: not_found}, over: true}]}}
  - {call: stream_stats, as: sender, expect: {value: {streams: 0, pollsInFlight: 0}}}
"""
)


@pytest.mark.parametrize("face", ["sync", "async"])
def test_the_runner_can_fail(tmp_path: Path, face: str) -> None:
    (tmp_path / "area").mkdir()
    for name, (text, _) in FAILING.items():
        (tmp_path / "area" / f"{name}.yaml").write_text(text)
    (tmp_path / "area" / "passing.yaml").write_text(PASSING)
    results = tmp_path / "results.jsonl"
    settings = {"MATRIX_DIR": str(tmp_path), "MATRIX_RESULTS": str(results)}
    run = subprocess.run(
        [sys.executable, str(RUNNER), face], env={**os.environ, **settings}, capture_output=True, text=True
    )
    assert run.returncode == 1, run.stdout
    assert run.stdout.endswith(f"1 passed, {len(FAILING)} failed\n")
    told = {line["scenario"]: line for line in map(json.loads, results.read_text().splitlines())}
    assert told.pop("area/passing")["ok"]
    assert {line["runner"] for line in told.values()} == {f"python-{face}"}
    for name, (_, why) in FAILING.items():
        assert not told[f"area/{name}"]["ok"]
        assert why in told[f"area/{name}"]["why"]


def test_nothing_to_run_is_a_failure(tmp_path: Path) -> None:
    settings = {**os.environ, "MATRIX_DIR": str(tmp_path)}

    def code(face: str, **more: str) -> int:
        command = [sys.executable, str(RUNNER), face]
        return subprocess.run(command, env={**settings, **more}, capture_output=True).returncode

    assert code("sync") == 1
    assert code("other") == 2
    assert code("sync", MATRIX_STORE="disk") == 2
