"""The package shows everything that the core has: fields, words, and the types that the stub promises."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import autoplus
from autoplus.testing import Simulator

HERE = Path(__file__).resolve().parent
MODEL = HERE.parent.parent / "core" / "src" / "model"
RENAMED = {("TradeEvent", "position"): "offset", ("TradeEvent", "kind"): "type"}
VERBS = MODEL.parents[2] / "tests" / "simulator" / "src" / "control" / "mod.rs"
VERB_METHODS = {"close": "close_trade"}


def sources() -> str:
    return "\n".join(path.read_text() for path in sorted(MODEL.glob("*.rs")))


def test_every_field_of_the_core_is_a_property() -> None:
    records = re.findall(r"pub struct (\w+) / \w+ \{\n(.*?)\n    \}", sources(), re.DOTALL)
    assert len(records) == 11
    for name, body in records:
        fields = re.findall(r'^ +\w+ (\w+)(?:: \w+)? = "\w+";', body, re.MULTILINE)
        assert len(fields) == body.count(" = ")
        model = getattr(autoplus, name)
        shown = {*dir(model), *getattr(model, "__dataclass_fields__", ())}
        assert [field for field in fields if RENAMED.get((name, field), field) not in shown] == [], name


def test_every_word_of_the_core_is_known() -> None:
    enums = re.findall(r"(?:open|closed)_enum! \{.*?\n    (\w+) \{(.*?)\}", sources(), re.DOTALL)
    assert {name for name, _ in enums} == {
        "Action",
        "Crypto",
        "EventType",
        "Outcome",
        "Priority",
        "Role",
        "TradeStatus",
    }
    for name, body in enums:
        words = re.findall(r'\w+ = "([\w.]+)"', body)
        assert list(getattr(autoplus, name).known()) == words


def test_the_simulator_knows_what_its_methods_say() -> None:
    verbs: dict[str, str] = dict(
        re.findall(r'Verb \{\s*name: "(\w+)",\s*arguments: "(.*?)"', VERBS.read_text(), re.DOTALL)
    )
    methods = {verb: getattr(Simulator, VERB_METHODS.get(verb, verb), None) for verb in verbs}
    assert sum(method is not None for method in methods.values()) >= 26
    for verb, method in methods.items():
        parameters = inspect.signature(method or (lambda: None)).parameters.values()
        given = {parameter.name for parameter in parameters if parameter.kind is not parameter.VAR_KEYWORD}
        assert given - {"self"} <= set(re.findall(r"\w+", verbs[verb])), verb


@pytest.mark.parametrize("module", ["autoplus._native"])
def test_the_stub_fits_what_runs(module: str) -> None:
    command = [sys.executable, "-m", "mypy.stubtest", module, "--mypy-config-file", "pyproject.toml"]
    result = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
