"""mdBook's preprocessor: shows pieces of programs that the tests run, in tabs by language, and refuses other code.

A page says ``{{#tabs NAME:ANCHOR}}`` for a piece in every language, ``{{#snippet LANGUAGE NAME:ANCHOR}}`` for one
language alone, and ``{{#programs NAME}}`` for links to the whole files. Anchors are comments in the programs:
``ANCHOR: name`` to ``ANCHOR_END: name``; one name may mark several stretches, which are shown as one.

``{{#version}}`` is the version of the packages. Links to files outside of docs/ become links to the repository; one to
a file that isn't there fails the build.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "tests/docs"
REPOSITORY = "https://github.com/autoplus-sdk/autoplus/blob/main"

LANGUAGES = {
    "python": ("Python", "python"),
    "node": ("Node / TypeScript", "js"),
    "kotlin": ("Kotlin", "kotlin"),
    "rust": ("Rust", "rust"),
}
# What may stand in a page as it is: nothing that a test would have to run.
PLAIN = {"sh", "json", "text", "xml", "toml"}

DIRECTIVE = re.compile(r"^\{\{#(tabs|snippet|programs)\s+([^}]*?)\s*\}\}$", re.MULTILINE)
MARK = re.compile(r"ANCHOR(_END)?: *([\w-]+)")
FENCE = re.compile(r"^[ \t]*(?:(?:[-*+>]|\d+[.)])[ \t]+)*(`{3,}|~{3,})[ \t]*([\w+-]*)", re.MULTILINE)
OUTWARD = re.compile(r"\]\((\.\./[^)#\s]+)(#[^)\s]*)?\)")


class Wrong(Exception):
    """What is wrong with a page, and where."""


def program(language: str, name: str) -> Path:
    """The file that holds a page's program."""
    title = "".join(part.capitalize() for part in name.split("-"))
    files = {
        "python": f"python/{name.replace('-', '_')}.py",
        "node": f"node/{name}.mjs",
        "kotlin": f"kotlin/src/main/kotlin/gg/autoplus/docs/{title}.kt",
        "rust": f"rust/src/{name.replace('-', '_')}.rs",
    }
    if name == "bot":  # a test, in each language's own test framework
        files = {
            "python": "python/test_bot.py",
            "node": "node/bot.test.mjs",
            "kotlin": "kotlin/src/test/kotlin/gg/autoplus/docs/BotTest.kt",
            "rust": "rust/tests/bot.rs",
        }
    if name == "android":
        files = {"kotlin": "android/src/main/kotlin/gg/autoplus/docs/TradesScreen.kt"}
    if language not in files:
        raise Wrong(f"{name}: there is none in {language}")
    return PROGRAMS / files[language]


def piece(language: str, what: str) -> str:
    """The marked stretches of a program, without the marks and moved to the left margin."""
    name, _, anchor = what.partition(":")
    path = program(language, name)
    if not path.exists():
        raise Wrong(f"{what}: there is no {path.relative_to(ROOT)}")
    inside, found, lines = False, False, []
    for line in path.read_text(encoding="utf-8").splitlines():
        mark = MARK.search(line)
        if mark is None:
            lines += [line] if inside else []
        elif mark[2] == anchor:
            inside = mark[1] is None
            found = True
    if inside or not found:
        raise Wrong(f"{what}: {path.relative_to(ROOT)} has no whole anchor {anchor!r}")
    text = [line.rstrip() for line in lines]
    margin = min((len(line) - len(line.lstrip()) for line in text if line), default=0)
    shown = "\n".join(line[margin:] for line in text).strip("\n")
    return re.sub(r"\n{3,}", "\n\n", shown)


def block(language: str, what: str) -> str:
    return f"```{LANGUAGES[language][1]}\n{piece(language, what)}\n```"


def tabs(what: str) -> str:
    """One after the other, each under its name; site/tabs.js makes them tabs."""
    panels = [
        f'<section class="tab" data-language="{language}">\n<p class="tab-name">{shown}</p>\n\n'
        f"{block(language, what)}\n\n</section>"
        for language, (shown, _) in LANGUAGES.items()
    ]
    return '<div class="tabs">\n' + "\n".join(panels) + "\n</div>"


def programs(name: str) -> str:
    links = []
    for language, (shown, _) in LANGUAGES.items():
        path = program(language, name).relative_to(ROOT)
        if not (ROOT / path).exists():
            raise Wrong(f"{name}: there is no {path}")
        links.append(f"[{shown}]({REPOSITORY}/{path})")
    return "The whole program, as the tests run it: " + " · ".join(links) + "."


def expand(match: re.Match[str]) -> str:
    kind, argument = match[1], match[2]
    if kind == "tabs":
        return tabs(argument)
    if kind == "programs":
        return programs(argument)
    language, _, what = argument.partition(" ")
    if language not in LANGUAGES:
        raise Wrong(f"{match[0]}: {language} is none of {', '.join(LANGUAGES)}")
    return block(language, what.strip())


def check_blocks(text: str) -> None:
    """Every second fence opens a block; it must say a language that no test has to run."""
    opened = None
    for fence in FENCE.finditer(text):
        if opened is not None:
            if fence[1].startswith(opened) and not fence[2]:
                opened = None
            continue
        opened = fence[1]
        if fence[2] not in PLAIN:
            line = text.count("\n", 0, fence.start(1)) + 1
            advice = "code is taken from tests/docs by {{#tabs …}} or {{#snippet …}}"
            raise Wrong(f"line {line}: a block of {fence[2] or 'no language'}: {advice}")


def outward(match: re.Match[str]) -> str:
    target = (ROOT / "docs" / match[1]).resolve()
    if not target.exists():
        raise Wrong(f"a link to {match[1]}, which isn't there")
    return f"]({REPOSITORY}/{target.relative_to(ROOT)}{match[2] or ''})"


def version() -> str:
    found = re.search(r'^version = "([^"]+)"', (ROOT / "Cargo.toml").read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise Wrong("Cargo.toml has no version")
    return found[1]


def page(text: str) -> str:
    check_blocks(text)
    text = text.replace("{{#version}}", version())
    return OUTWARD.sub(outward, DIRECTIVE.sub(expand, text))


def walk(items: list[Any], wrong: list[str]) -> None:
    for item in items:
        chapter = item.get("Chapter") if isinstance(item, dict) else None
        if chapter is None:
            continue
        try:
            chapter["content"] = page(chapter["content"])
        except Wrong as why:
            wrong.append(f"docs/{chapter['path']}: {why}")
        walk(chapter["sub_items"], wrong)


def main() -> int:
    if sys.argv[1:2] == ["supports"]:
        return 0 if sys.argv[2:3] == ["html"] else 1
    _, book = json.load(sys.stdin)
    wrong: list[str] = []
    walk(book.get("items") or book["sections"], wrong)
    for why in wrong:
        print(why, file=sys.stderr)
    json.dump(book, sys.stdout)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
