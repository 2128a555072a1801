"""NaN and infinity, which Django's dumpdata writes as they are and JSON does not know.

On the way to the parser each becomes a text with a NUL character in front, which no true text may have: so
the record that holds it is found and left out, and the rest of the file can be read. A number that is too
large to be one (1e999) is infinity.
"""

import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any

NUL = "\x00"

_TOKENS = (b"-Infinity", b"Infinity", b"NaN")
# What a piece must not end with: a part of one of these, or of an escape such as \u0000.
_PARTS = bytes(set(b"".join(_TOKENS) + rb"\u0000"))


class Marking:
    """The bytes of a file, read for a parser, with the bare tokens marked.

    ``holds_nul`` tells whether what was read so far has a NUL character in a text, marks included.
    """

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._held = b""
        self._in_text = False
        self.holds_nul = False

    def read(self, size: int = -1) -> bytes:
        """The next bytes, about so many; none at the end."""
        piece = b""
        while size and not piece:
            more = self._read(size)
            piece = self._held + more
            whole = piece.rstrip(_PARTS) if more else piece
            piece, self._held = whole, piece[len(whole) :]
            if not more:
                break
        if b"NaN" in piece or b"Infinity" in piece:
            for token in _TOKENS:
                piece = self._marked(piece, token)
        self._in_text ^= _quotes(piece) % 2 == 1
        self.holds_nul = self.holds_nul or rb"\u0000" in piece
        return piece

    def marked_numbers(self, value: Any) -> Any:
        """A value that was read with exact numbers, those as usual; one that is too large for that is
        marked."""
        if isinstance(value, dict):
            return {key: self.marked_numbers(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.marked_numbers(inner) for inner in value]
        if isinstance(value, (Decimal, int)) and abs(value) > sys.float_info.max:
            self.holds_nul = True
            return f"{NUL}{'-' * (value < 0)}Infinity"
        return float(value) if isinstance(value, Decimal) else value

    def _marked(self, piece: bytes, token: bytes) -> bytes:
        before, *others = piece.split(token)
        parts, in_text = [before], self._in_text
        for after in others:
            in_text ^= _quotes(before) % 2 == 1
            parts += [token if in_text else rb'"\u0000%b"' % token, after]
            before = after
        return b"".join(parts)


def _quotes(piece: bytes) -> int:
    """How many quotation marks begin or end a text."""
    if b"\\" in piece:
        piece = piece.replace(rb"\\", b"")
        return piece.count(b'"') - piece.count(rb"\"")
    return piece.count(b'"')


def fault_of(record: Any) -> str:
    """What is the matter with a record in which there may be a NUL character; "" where there is none."""
    if isinstance(record, dict) and isinstance(record.get("fields"), dict):
        for name, value in (*record.items(), *record["fields"].items()):
            token = "" if name == "fields" else _token(value)
            if token:
                return f"{name}: “{token}” is not a number"
    return "it holds a NUL character" if _holds_nul(record) else ""


def _token(value: Any) -> str:
    """The first marked token in a value, or ""."""
    if isinstance(value, dict):
        return next(filter(None, map(_token, value.values())), "")
    if isinstance(value, list):
        return next(filter(None, map(_token, value)), "")
    is_marked = isinstance(value, str) and value[:1] == NUL and value[1:].encode() in _TOKENS
    return value[1:] if is_marked else ""


def _holds_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(NUL in key or _holds_nul(inner) for key, inner in value.items())
    if isinstance(value, list):
        return any(_holds_nul(inner) for inner in value)
    return isinstance(value, str) and NUL in value
