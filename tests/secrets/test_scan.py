"""The scan finds what it must, and refuses to search nothing."""

from __future__ import annotations

import base64
import json
import pickle
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from forms import Needles

TOKEN, CODE = "sim-token-sender", "q7RtYb02LkzPw9XnVa4EsD1m"
SCAN = Path(__file__).with_name("scan.py")


def escaped(pattern: str) -> str:
    return "".join(pattern % ord(letter) for letter in CODE)


def test_every_form_of_a_secret_is_found() -> None:
    data = CODE.encode()
    for shown in [
        data,
        CODE.encode("utf-16-le"),
        CODE.encode("utf-16-be"),
        pickle.dumps({"code": CODE}, 0),
        pickle.dumps({"code": CODE}, pickle.HIGHEST_PROTOCOL),
        *(base64.b64encode(b"x" * before + data + b"\xff\xfe") for before in range(4)),
        *(base64.urlsafe_b64encode(b"x" * before + data + b"\xff\xfe") for before in range(4)),
        data.hex().encode(),
        data.hex().upper().encode(),
        data.hex(" ").encode(),
        escaped("%%%02x").encode(),
        escaped("%%%02X").encode(),
        escaped("\\u%04x").encode(),
        escaped("\\u{%x}").encode(),
        escaped("\\x%02x").encode(),
        json.dumps(escaped("\\u%04X")).encode(),
        str(list(data)).encode(),
        json.dumps(list(data), indent=4).encode(),
        data[::-1],
    ]:
        hits = [*Needles({TOKEN, CODE}).find(b"before " + shown + b" after")]
        assert len(hits) == 1, shown
        assert CODE not in hits[0].told(shown, 60)


def test_other_words_are_no_hit() -> None:
    assert [*Needles({TOKEN, CODE}).find(f"sim-token {CODE[:-1]} {CODE[1:]}".encode())] == []


def scan(prints: bytes, codes: list[str], *options: str) -> tuple[int, str]:
    with TemporaryDirectory() as folder:
        file = Path(folder, "rust")
        file.write_bytes(prints)
        secrets = {"scenario": "actions/release", "codes": codes, "tokens": [TOKEN]}
        Path(folder, "rust.codes").write_text(json.dumps(secrets) + "\n")
        command = [sys.executable, str(SCAN), str(file), *options]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        return ended.returncode, ended.stdout + ended.stderr


def test_a_leak_fails_and_is_told_without_the_secret() -> None:
    leak = f"=== scenario actions/release\n--- Trade str\nTrade()\n--- Error str\nbad {CODE} here\n"
    code, told = scan(leak.encode(), [CODE])
    assert code == 1, told
    assert "actions/release, offset" in told
    assert "bad <SECRET> here" in told
    assert CODE not in told
    assert scan(leak.encode(), [CODE], "--planted")[0] == 0


def test_no_leak_passes_unless_one_was_planted() -> None:
    clean = b"=== scenario actions/release\n--- Trade str\nTrade()\n"
    assert scan(clean, [CODE])[0] == 0
    assert scan(clean, [CODE], "--planted")[0] == 1


def test_a_scan_of_nothing_fails() -> None:
    clean = b"=== scenario actions/release\n--- Trade str\nTrade()\n"
    assert scan(clean, [])[0] == 1, "no code is known"
    assert scan(b"", [CODE])[0] == 1, "nothing was printed"
    assert scan(b"=== scenario actions/release\n", [CODE])[0] == 1, "nothing of the scenario"
    assert scan(clean + b"=== scenario b/c\n--- Trade str\n\n", [CODE])[0] == 1, "secrets not told"
    assert scan(clean, [CODE], "--matrix")[0] == 1, "other scenarios are missing"
    assert scan(clean, [CODE], "--also", "/nowhere/store.db")[0] == 1, "no such file"
