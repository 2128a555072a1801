"""Animals and cages for what a person types into a search line."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from colonydesk.qtkit.search import Choice, SearchLine
from colonydesk.ui import words
from colonydesk.ui.desk import Desk

if TYPE_CHECKING:
    from colonydesk.queries.subjects import LivingCage, SubjectRow


def find_animals(desk: Desk, key: Hashable, text: str, line: SearchLine, *, cages: bool) -> None:
    """Answer ``line``; a choice's key is ("animal", id), or ("cage", (name, lab)) if ``cages`` are wanted."""

    def answer(found: tuple[tuple[SubjectRow, ...], tuple[LivingCage, ...]]) -> None:
        line.set_choices(text, choices(*found, text))

    desk.read(key, _search, text, cages, done=answer)


def _search(connection: Any, text: str, cages: bool) -> tuple[tuple[SubjectRow, ...], tuple[LivingCage, ...]]:
    from colonydesk.queries.subjects import living_cages, search  # not needed before something is typed

    return search(connection, text), living_cages(connection, text) if cages else ()


def choices(rows: tuple[SubjectRow, ...], cages: tuple[LivingCage, ...], text: str) -> list[Choice]:
    """The cage of that name first, then the animals, then cages that begin so.

    The lab is named where a name is used in two.
    """
    own = [cage for cage in cages if cage.name.casefold() == text.casefold()]
    others = [cage for cage in cages if cage not in own]
    return [*_of_cages(own, cages), *_of_animals(rows, text), *_of_cages(others, cages)]


def _of_cages(some: Sequence[LivingCage], cages: Sequence[LivingCage]) -> list[Choice]:
    names = [cage.name for cage in cages]
    found = []
    for cage in some:
        where = [cage.lab] if cage.lab and names.count(cage.name) > 1 else []
        animals = words.counted(cage.animals, _tr("1 animal"), _tr("%n animals"))
        detail = ", ".join([*where, _tr("whole cage, {}").format(animals)])
        found.append(Choice(("cage", (cage.name, cage.lab)), cage.name, detail))
    return found


def _of_animals(rows: Sequence[SubjectRow], text: str) -> list[Choice]:
    found = []
    names = [row.nickname for row in rows]
    for row in rows:
        parts = [row.lab] if names.count(row.nickname) > 1 else []
        ear_mark = row.ear_mark or ""
        parts.append(_tr("ear {}").format(ear_mark) if ear_mark.casefold() == text.casefold() else "")
        parts.append(_tr("cage {}").format(row.cage) if row.cage else "")
        parts.append(row.line)
        if row.death_date is not None:
            parts.append(_tr("dead"))
        detail = ", ".join(part for part in parts if part)
        found.append(Choice(("animal", row.id), row.nickname, detail, ear_mark))
    return found


def _tr(text: str) -> str:
    return QCoreApplication.translate("Today", text)
