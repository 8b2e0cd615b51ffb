"""Every field and word of the core is in every language: what `core/src/model` has, the other three must show.

Reads the sources, so that a field added to the core fails this check until each binding has it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "core/src/model"
NODE = ROOT / "bindings-node/lib"
KOTLIN = ROOT / "bindings-kotlin/autoplus/src/main/kotlin/gg/autoplus"
PYTHON = ROOT / "bindings-python/python/autoplus"


def read(folder: Path, pattern: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob(pattern)))


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: "_" + found.group(1).lower(), name)


def records(model: str) -> dict[str, list[str]]:
    """Each model's name and the wire names of its fields."""
    found = re.findall(r"pub struct (\w+) / \w+ \{\n(.*?)\n    \}", model, re.DOTALL)
    return {name: re.findall(r' = "(\w+)";', body) for name, body in found}


def words(model: str) -> dict[str, list[str]]:
    """Each word list's name and its words."""
    found = re.findall(r"(?:open|closed)_enum! \{.*?\n    (\w+) \{(.*?)\}", model, re.DOTALL)
    return {name: re.findall(r'\w+ = "([\w.]+)"', body) for name, body in found}


def body_of(source: str, opening: str, closing: str) -> str:
    found = re.search(rf"{opening}(.*?){closing}", source, re.DOTALL)
    return found.group(1) if found else ""


def missing_fields(name: str, fields: list[str]) -> list[str]:
    node = body_of(read(NODE, "*.ts"), rf"export interface {name} [^{{]*\{{", r"\n\}")
    kotlin = body_of(read(KOTLIN, "*.kt"), rf"public data class {name}\b[^(]*\(", r"\n\)")
    stub = body_of(read(PYTHON, "*.pyi"), rf"class {name}\b[^\n]*:\n", r"\n(?=\S)")
    plain = body_of(read(PYTHON, "*.py"), rf"class {name}\b[^\n]*:\n", r"\n(?=\S)")
    wrong = [f"Node: {name}.{field}" for field in fields if not re.search(rf"readonly {field}\??:", node)]
    wrong += [f"Kotlin: {name}.{field}" for field in fields if not re.search(rf"val {field}:", kotlin)]
    return wrong + [
        f"Python: {name}.{snake(field)}" for field in fields if not re.search(rf"\b{snake(field)}\b", stub + plain)
    ]


def missing_words(name: str, known: list[str]) -> list[str]:
    sources = {"Node": read(NODE, "*.ts"), "Kotlin": read(KOTLIN, "*.kt"), "Python": read(PYTHON, "*.py")}
    return [
        f"{language}: {name} {word!r}"
        for language, source in sources.items()
        for word in known
        if not re.search(rf"[\"']{re.escape(word)}[\"']", source)
    ]


def main() -> int:
    model = read(MODEL, "*.rs")
    models, lists = records(model), words(model)
    if len(models) < 11 or len(lists) < 7:
        print(f"only {len(models)} models and {len(lists)} word lists were found in {MODEL}: mend this check")
        return 1
    wrong = [gap for name, fields in models.items() for gap in missing_fields(name, fields)]
    wrong += [gap for name, known in lists.items() for gap in missing_words(name, known)]
    for gap in wrong:
        print(f"missing in {gap}")
    count = sum(map(len, models.values())) + sum(map(len, lists.values()))
    print(f"{count} fields and words of the core looked up in three languages, {len(wrong)} missing")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
