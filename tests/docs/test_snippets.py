"""The preprocessor of the site refuses code that no test runs, and shows what the programs say."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs/site"))

import snippets  # noqa: E402


@pytest.mark.parametrize("language", ["python", "py", "js", "ts", "typescript", "kotlin", "kt", "rust", ""])
@pytest.mark.parametrize("fence", ["```", "~~~~"])
def test_code_that_no_test_runs_is_refused(language: str, fence: str) -> None:
    with pytest.raises(snippets.Wrong, match="line 3"):
        snippets.page(f"# Title\n\n{fence}{language}\nprint(1)\n{fence}\n")


def test_it_is_refused_in_a_list_and_behind_other_blocks_too() -> None:
    with pytest.raises(snippets.Wrong, match="line 6: a block of rust"):
        snippets.page("```sh\nmake\n```\n\n- so:\n  ```rust\n  main()\n  ```\n")
    with pytest.raises(snippets.Wrong, match="line 1: a block of js"):
        snippets.page("- ```js\n  main()\n  ```\n")


@pytest.mark.parametrize("language", ["sh", "json", "xml", "toml", "text"])
def test_what_needs_no_test_is_shown_as_it_is(language: str) -> None:
    text = f"```{language}\n# a ```python in the middle\n```\n"
    assert snippets.page(text) == text


def test_a_piece_is_shown_in_every_language_without_its_marks() -> None:
    shown = snippets.page("{{#tabs start:pay}}")
    assert [f'data-language="{language}"' in shown for language in snippets.LANGUAGES] == [True] * 4
    assert "ANCHOR" not in shown
    assert '\nsim.deposit(opened.id, "0.5")' in shown  # moved to the margin
    assert "```kotlin\nsimulator.deposit(id, " in shown


def test_stretches_of_one_name_are_one_piece() -> None:
    shown = snippets.page("{{#snippet python changes:confirm}}")
    assert "client.trade(opened.id)" in shown
    assert "changed.fields" in shown
    assert "no refunds" not in shown  # what stands between them


@pytest.mark.parametrize(
    ("directive", "why"),
    [
        ("{{#tabs start:nowhere}}", "no whole anchor"),
        ("{{#tabs nothing:open}}", "there is no tests/docs/python/nothing.py"),
        ("{{#tabs android:screen}}", "none in python"),
        ("{{#snippet perl start:pay}}", "perl is none of"),
        ("{{#programs nothing}}", "there is no"),
        ("[away](../nothing.md)", "which isn't there"),
    ],
)
def test_what_is_not_there_fails_the_build(directive: str, why: str) -> None:
    with pytest.raises(snippets.Wrong, match=why):
        snippets.page(f"# Title\n\n{directive}\n")


def test_links_out_of_the_pages_lead_to_the_repository() -> None:
    shown = snippets.page("[m](../tests/matrix/FORMAT.md#calls) and [s](sell.md)")
    assert shown == f"[m]({snippets.REPOSITORY}/tests/matrix/FORMAT.md#calls) and [s](sell.md)"


def test_every_page_is_in_the_summary_and_stands() -> None:
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"SUMMARY.md"}
    summary = (ROOT / "docs/SUMMARY.md").read_text(encoding="utf-8")
    assert {page for page in pages if f"]({page})" not in summary} == set()
    for page in sorted(pages):
        snippets.page((ROOT / "docs" / page).read_text(encoding="utf-8"))
