"""One picture for each language and work: what a time costs, the library's bars set off."""

from __future__ import annotations

from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from .figures import Cell, Results
from .stacks import GROUPS, START, WORKS
from .starts import BARE

TITLES = WORKS | {START: "from the start to the first typed answer, over the bare runtime"}

# Nothing is painted behind, and these can be read on white and on near black.
INK = "#7d7d7d"
OURS = "#1f8fd6"
PEERS = "#9d9d9d"
WHISKERS = "#d9822b"

WIDTH = 7.2
BAR = 0.34
"""Inches that a bar takes with the space around it."""
FRAME = 1.15
"""Inches for the title and the axis."""


def draw(results: Results, folder: Path) -> list[Path]:
    """Writes the pictures without TLS; gives their files."""
    folder.mkdir(parents=True, exist_ok=True)
    # Text stays text, and equal figures give equal files.
    matplotlib.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "autoplus", "font.family": "sans-serif"}
    drawn = []
    for group in GROUPS:
        for work in TITLES:
            cells = [cell for cell in results.of(group, work, "plain") if cell.stack != BARE]
            if not cells:
                continue
            path = folder / f"bench-{group}-{work}.svg"
            _picture(group, work, cells).savefig(path, transparent=True, metadata={"Date": None, "Creator": None})
            path.write_text("".join(f"{line.rstrip()}\n" for line in path.read_text().splitlines()))
            drawn.append(path)
    return drawn


def _picture(group: str, work: str, cells: list[Cell]) -> Figure:
    cells = sorted(cells, key=lambda cell: cell.middle, reverse=True)
    height = FRAME + BAR * len(cells)
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0.27, 0.62 / height, 0.56, 1 - FRAME / height))
    basis = next((cell for cell in reversed(cells) if cell.ours), cells[-1])
    for at, cell in enumerate(cells):
        spread, scale = cell.spread, cell.scale
        middle, low, high = spread.middle / scale, spread.low / scale, spread.high / scale
        axes.barh(at, middle, height=0.66, color=OURS if cell.ours else PEERS)
        axes.errorbar(middle, at, xerr=[[middle - low], [high - middle]], color=WHISKERS, capsize=3, linewidth=1.4)
        label = f"{_rounded(middle)} {cell.unit}" + ("" if cell is basis else f"  ({cell.middle / basis.middle:.1f}x)")
        axes.annotate(
            label,
            (max(high, middle), at),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            color=OURS if cell.ours else INK,
            annotation_clip=False,
        )
    axes.set_yticks(range(len(cells)), [cell.stack for cell in cells], fontsize=10)
    axes.set_xlim(0, max(cell.spread.high / cell.scale for cell in cells) * 1.02)
    axes.set_xlabel(f"CPU {cells[0].unit} each time: the median and the middle half", fontsize=9, color=INK)
    axes.tick_params(colors=INK, labelsize=9)
    axes.tick_params(axis="y", length=0, labelsize=10)
    for label, cell in zip(axes.get_yticklabels(), cells, strict=True):
        label.set_color(OURS if cell.ours else INK)
        label.set_fontweight("bold" if cell.ours else "normal")
    axes.set_ylim(-0.5, len(cells) - 0.5)
    for side in ["top", "right", "left"]:
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(INK)
    figure.text(0.02, 1 - 0.2 / height, f"{GROUPS[group]}: {TITLES[work]}", fontsize=11, color=INK, va="center")
    return figure


def _rounded(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"
