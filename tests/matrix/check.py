#!/usr/bin/env python3
"""Checks every scenario against schema.json and against what a schema can't say. Needs PyYAML and jsonschema."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

HERE = Path(__file__).resolve().parent
REFERENCE = re.compile(r"\$[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)*")
SPECIAL = ("$any", "$absent")


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2's core types: what parsers of both versions agree on reads the same here and in `yaml.SafeLoader`."""


CoreLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?", "-+0123456789"),
]:
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))


class Refused(Exception):
    """What is wrong with a file, as advice."""


def load(text: str) -> Any:
    for token in yaml.scan(text):
        if isinstance(token, (yaml.AnchorToken, yaml.AliasToken, yaml.TagToken)):
            raise Refused(f"line {token.start_mark.line + 1}: no anchors, aliases or tags")
    for node in walk_nodes(yaml.compose(text)):
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value]
            if repeated := {key for key in keys if keys.count(key) > 1}:
                raise Refused(f"line {node.start_mark.line + 1}: repeated keys {sorted(repeated)}")
    scenario = yaml.load(text, CoreLoader)
    if repr(scenario) != repr(yaml.safe_load(text)):
        raise Refused('YAML 1.1 and 1.2 read this differently: quote "on", "yes", "no", "off", dates and odd numbers')
    if any("\ud800" <= letter <= "\udfff" for text in strings(scenario) for letter in text):
        raise Refused("a lone surrogate as a YAML escape: write JSON text in single quotes instead")
    return scenario


def walk_nodes(node: yaml.Node | None) -> Iterator[yaml.Node]:
    if node is None:
        return
    yield node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from walk_nodes(key)
            yield from walk_nodes(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from walk_nodes(item)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(key)
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def check_references(steps: list[dict[str, Any]]) -> None:
    """Every reference names something saved by an earlier step; every saved name is used."""
    saved = {"world": True}
    for number, step in enumerate(steps, 1):
        for text in strings({key: value for key, value in step.items() if key != "save"}):
            if not text.startswith("$") or text in SPECIAL:
                continue
            if text.startswith("$regex:"):
                re.compile(text.removeprefix("$regex:"))
            elif not REFERENCE.fullmatch(text):
                raise Refused(f"step {number}: {text!r} is neither a reference nor a matcher")
            elif (name := text[1:].split(".")[0]) not in saved:
                raise Refused(f"step {number}: {text} is not saved by an earlier step")
            else:
                saved[name] = True
        if kept := step.get("save"):
            if not saved.get(kept, True):
                raise Refused(f"step {number}: {kept!r} is saved again before anything used it")
            saved[kept] = False
    if unused := sorted(name for name, used in saved.items() if not used):
        raise Refused(f"saved and never used: {', '.join(unused)}")


def check_opened(steps: list[dict[str, Any]]) -> None:
    """What calls a stream is one, and what calls a watch."""
    opened: dict[str, str] = {}
    for number, step in enumerate(steps, 1):
        arguments = step.get("with", {})
        for kind in ("stream", "watch"):
            reference = arguments.get(kind)
            if reference and opened.get(reference[1:]) != f"open_{kind}":
                raise Refused(f"step {number}: {reference} was not saved by open_{kind}")
        if kept := step.get("save"):
            opened[kept] = step.get("call", "")


def check_steps(steps: list[dict[str, Any]]) -> None:
    for number, step in enumerate(steps, 1):
        for index, entry in enumerate(step.get("requests", [])):
            for key in ("same_key_as", "other_key_than"):
                if entry.get(key, -1) >= index:
                    raise Refused(f"step {number}: {key} names an earlier entry, counted from 0")
    if not any("expect" in step or "requests" in step for step in steps):
        raise Refused("nothing is expected, so it can't fail")


def main() -> int:
    validator = Draft202012Validator(json.loads((HERE / "schema.json").read_text()))
    files = sorted(path for path in HERE.glob("*/*.yaml"))
    names: dict[str, Path] = {}
    wrong = 0
    for path in files:
        try:
            scenario = load(path.read_text())
            if error := best_match(validator.iter_errors(scenario)):
                raise Refused(f"{error.json_path}: {error.message}")
            if scenario.get("store") != "shared" and any("restart" in step for step in scenario["steps"]):
                raise Refused(
                    "restart needs store: shared, or what is left depends on the store that the run is made with"
                )
            check_references(scenario["steps"])
            check_opened(scenario["steps"])
            check_steps(scenario["steps"])
            if (other := names.setdefault(scenario["name"].lower(), path)) != path:
                raise Refused(f"has the name of {other.relative_to(HERE)}")
        except (Refused, yaml.YAMLError, re.error) as error:
            wrong += 1
            print(f"{path.relative_to(HERE)}: {error}")
    print(f"{len(files) - wrong} scenarios fit the format, {wrong} don't")
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main())
