"""NaN and infinity, which Django's dumpdata writes as they are and JSON does not know.

On the way to the parser each becomes a text with a NUL character in front, which no true text may have: so
the record that holds it is found and left out, and the rest of the file can be read.

The parser stops at a number that is too large for it. In a file that has one all are looked at: what is
infinite as a float (1e999) is marked as infinity, a whole one of more than eight bytes becomes a decimal one.
"""

import math
import re
from collections.abc import Callable
from typing import Any

NUL = "\x00"

_TOKENS = (b"-Infinity", b"Infinity", b"NaN")
_TOKEN = re.compile(b"|".join(_TOKENS))
_NUMBER = re.compile(rb"-?\d[\d.eE+-]*")
# What a piece must not end with: a part of one of these, or of an escape such as \u0000.
_PARTS = bytes(set(b"".join(_TOKENS) + rb"\u0000"))
_DIGITS = b"0123456789.eE+-"
_EIGHT_BYTES = range(-(2**63), 2**63)


class Marking:
    """The bytes of a file, read for a parser, with the bare tokens marked; with ``numbers`` those too that
    the parser cannot hold.

    ``holds_nul`` tells whether what was read so far has a NUL character in a text, marks included.
    """

    def __init__(self, read: Callable[[int], bytes], *, numbers: bool = False) -> None:
        self._read = read
        self._numbers = numbers
        self._parts = _PARTS + _DIGITS if numbers else _PARTS
        self._held = b""
        self._in_text = False
        self.holds_nul = False

    def read(self, size: int = -1) -> bytes:
        """The next bytes, about so many; none at the end."""
        piece = b""
        while size and not piece:
            more = self._read(size)
            piece = self._held + more
            whole = piece.rstrip(self._parts) if more else piece
            piece, self._held = whole, piece[len(whole) :]
            if not more:
                break
        if b"NaN" in piece or b"Infinity" in piece:
            piece = self._rewritten(piece, _TOKEN, _marked)
        if self._numbers:
            piece = self._rewritten(piece, _NUMBER, _held_as_float)
        self._in_text ^= _quotes(piece) % 2 == 1
        self.holds_nul = self.holds_nul or rb"\u0000" in piece
        return piece

    def _rewritten(self, piece: bytes, what: re.Pattern[bytes], become: Callable[[bytes], bytes]) -> bytes:
        """The piece with what is found outside of texts replaced."""
        parts, end, in_text = [], 0, self._in_text
        for found in what.finditer(piece):
            before = piece[end : found.start()]
            in_text ^= _quotes(before) % 2 == 1
            parts += [before, found[0] if in_text else become(found[0])]
            end = found.end()
        return b"".join([*parts, piece[end:]])


def _marked(token: bytes) -> bytes:
    return rb'"\u0000%b"' % token


def _held_as_float(number: bytes) -> bytes:
    try:
        value = float(number)
    except ValueError:  # no number: the parser says so
        return number
    if math.isinf(value):
        return _marked(b"-Infinity" if value < 0 else b"Infinity")
    is_whole = number.lstrip(b"-").isdigit()
    return number + b".0" if is_whole and int(number) not in _EIGHT_BYTES else number


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
