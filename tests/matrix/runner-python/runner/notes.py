"""The calls of what is told about streams."""

from __future__ import annotations

from typing import Any

import autoplus

from . import prints, stream_view
from .arguments import Arguments
from .faces import Face
from .saved import Saved


async def open_notes(face: Face, client: Any, arguments: Arguments) -> Saved:
    arguments.end()
    notes = client.stream_notes()
    prints.shown(notes)
    return Saved({}, notes)


async def next_notes(face: Face, client: None, arguments: Arguments) -> Saved:
    notes = arguments.native("notes", autoplus.StreamNotes, autoplus.AsyncStreamNotes)
    take = arguments.count("take", 1)
    arguments.end()
    told: list[autoplus.StreamNote] = []
    while len(told) < take and (note := await face.next(notes)) is not None:
        told.append(note)
    prints.shown(notes)
    return Saved({"notes": [stream_view.note(note) for note in told], "missed": notes.missed})
