"""Which dataset type and which format a file is of, by its name alone; letters' case does not matter. And
which paths lie below a repository's folder.

A type's pattern is a shell's: ``*`` any characters, ``?`` one, ``[ab]`` one of these. A type without one goes
by its own name, which may be a file's whole name or its ``object.attribute`` part, with or without the
``_namespace_`` before it, and may stand for a collection of files (``spikes.*.*``).
"""

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from fnmatch import translate
from pathlib import PurePosixPath
from typing import Generic, TypeVar

Id = TypeVar("Id", bound=Hashable)

_WILD = re.compile(r"\*|\?|\[[^\]]+\]")
_NAMESPACE = re.compile(r"_[^_.]+_(?=.)")


@dataclass(frozen=True, slots=True)
class _Known(Generic[Id]):
    id: Id
    expression: re.Pattern[str]
    by_name: bool


class TypeMatcher(Generic[Id]):
    """The dataset types, given as (id, name, pattern or None); the most specific that fits a name wins.

    More specific: more characters that must be there as they are; then fewer ``*``; then the first by text.
    """

    def __init__(self, types: Iterable[tuple[Id, str, str | None]]) -> None:
        found = []
        for type_id, name, pattern in types:
            text = (pattern or "").strip().lower()
            by_name = not text
            text = text or name.strip().lower()
            if text:
                known = _Known(type_id, re.compile(translate(text)), by_name)
                found.append((_generality(text), by_name, text, name, known))
        self._types = [known for *_, known in sorted(found, key=lambda one: one[:4])]

    def match(self, filename: str) -> Id | None:
        """The id of the type of a file (its name without folders); None where none fits."""
        lowered = filename.lower()
        names = _names_of(lowered)
        for known in self._types:
            candidates = names if known.by_name else (lowered,)
            if any(known.expression.match(name) for name in candidates):
                return known.id
        return None


class FormatMatcher(Generic[Id]):
    """The data formats, given as (id, file extension or None); the longest extension that fits wins."""

    def __init__(self, formats: Iterable[tuple[Id, str | None]]) -> None:
        found = []
        for format_id, extension in formats:
            ending = (extension or "").strip().lower().removeprefix("*")
            if ending.strip("."):
                found.append((f".{ending.lstrip('.')}", format_id))
        self._formats = sorted(found, key=lambda one: (-len(one[0]), one[0]))

    def match(self, filename: str) -> Id | None:
        """The id of the format of a file; None where none fits."""
        lowered = filename.lower()
        for ending, format_id in self._formats:
            if lowered.endswith(ending) and lowered != ending:
                return format_id
        return None


def pattern_problem(pattern: str) -> str:
    """Why a text is no file-name pattern, in a sentence; empty where it is one."""
    if "/" in pattern or "\\" in pattern:
        return "A pattern is for the name of a file, without its folders."
    if not _WILD.sub("", pattern).strip("."):
        return "This pattern fits every file: name some of its letters."
    return ""


def path_below(place: str) -> str | None:
    """A path below a repository's folder, as it is kept; None where it is a drive's, or leads out of it."""
    path = PurePosixPath(place.replace("\\", "/"))
    if not path.parts or path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return None
    return path.as_posix()


def _generality(pattern: str) -> tuple[int, int]:
    wild = _WILD.findall(pattern)
    return -len(_WILD.sub("", pattern)), wild.count("*")


def _names_of(filename: str) -> tuple[str, ...]:
    """What a type's name may be of a file: its name, without the ending, the first two parts of it.

    And each without the namespace before it.
    """
    names = [filename, filename.rpartition(".")[0], ".".join(filename.split(".")[:2])]
    names += [_NAMESPACE.sub("", name, count=1) for name in names if _NAMESPACE.match(name)]
    return tuple(dict.fromkeys(name for name in names if name))
