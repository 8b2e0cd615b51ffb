"""The forms in which a secret can stand in a text, and the search for all of them."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


def forms(secret: str) -> dict[str, bytes]:
    """Regular expressions by the name of the form."""
    plain = secret.encode()
    made = {
        "plain": re.escape(plain),
        "UTF-16": b"\0".join(re.escape(bytes([byte])) for byte in plain),
        "URL": b"".join(b"%%%s" % any_case(byte) for byte in plain),
        "hex": rb"\s*".join(map(any_case, plain)),
        "escaped \\u": rb"\\+".join(rb"u\{?0*%s\}?" % any_case(byte) for byte in plain),
        "escaped \\x": rb"\\+".join(rb"x%s" % any_case(byte) for byte in plain),
        "list of bytes": rb",\s*".join(b"%d" % byte for byte in plain),
        "reversed": re.escape(plain[::-1]),
    }
    for shift in range(3):
        inner = base64_inside(plain, shift)
        made[f"base64 {shift}"] = re.escape(inner).replace(rb"\+", rb"[+\-]").replace(b"/", b"[/_]")
    return made


def any_case(byte: int) -> bytes:
    """Two hexadecimal digits, large or small."""
    return b"".join(b"[%c%c]" % (digit, digit - 32) if digit > ord("9") else b"%c" % digit for digit in b"%02x" % byte)


def base64_inside(plain: bytes, shift: int) -> bytes:
    """The characters that stand in base64 wherever `plain` begins `shift` bytes into a group of three."""
    encoded = base64.b64encode(b"\0" * shift + plain)
    whole = (shift + len(plain)) * 8 // 6
    return encoded[(shift * 8 + 5) // 6 : whole]


@dataclass
class Hit:
    start: int
    end: int
    form: str

    def told(self, text: bytes, around: int) -> str:
        """Where it is and what surrounds it, the secret itself masked."""
        before, after = text[max(0, self.start - around) : self.start], text[self.end : self.end + around]
        shown = (before + b"<SECRET>" + after).decode("utf-8", "backslashreplace")
        return f"offset {self.start} ({self.form}): {' '.join(shown.split())}"


class Needles:
    """Many secrets in all forms, searched for at once."""

    def __init__(self, secrets: Iterable[str]) -> None:
        by_form: dict[str, list[bytes]] = {}
        for secret in sorted(secrets, key=len, reverse=True):
            for form, pattern in forms(secret).items():
                by_form.setdefault(form, []).append(pattern)
        self._patterns = {form: re.compile(b"|".join(patterns)) for form, patterns in by_form.items()}

    def find(self, text: bytes) -> Iterator[Hit]:
        for form, pattern in self._patterns.items():
            for found in pattern.finditer(text):
                yield Hit(found.start(), found.end(), form)
