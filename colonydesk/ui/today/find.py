"""Animals and cages for what a person types into a search line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from colonydesk.qtkit.search import Choice, SearchLine
from colonydesk.ui.desk import Desk

if TYPE_CHECKING:
    from colonydesk.queries.subjects import SubjectRow


def find_animals(desk: Desk, key: Hashable, text: str, line: SearchLine, *, cages: bool) -> None:
    """Answer ``line``; a choice's key is ("animal", id), or ("cage", (name, lab)) if ``cages`` are wanted."""

    def answer(rows: tuple[SubjectRow, ...]) -> None:
        line.set_choices(text, choices(rows, text, cages=cages))

    desk.read(key, _search, text, done=answer)


def _search(connection: Any, text: str) -> tuple[SubjectRow, ...]:
    from colonydesk.queries.subjects import search  # not needed before something is typed

    return search(connection, text)


def choices(rows: tuple[SubjectRow, ...], text: str, *, cages: bool) -> list[Choice]:
    """The cage of that name first, then the animals; the lab is named where a nickname is used in two."""
    found = []
    living = [
        row for row in rows if row.cage and row.cage.casefold() == text.casefold() and row.death_date is None
    ]
    of_cages: dict[tuple[str, str | None], int] = Counter((str(row.cage), row.lab) for row in living)
    for (cage, lab), count in of_cages.items() if cages else ():
        where = [lab] if lab and len(of_cages) > 1 else []
        detail = ", ".join([*where, _tr("whole cage, {}").format(_tr("%n animals", count))])
        found.append(Choice(("cage", (cage, lab)), cage, detail))
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


def _tr(text: str, count: int = -1) -> str:
    if count == 1:
        text = text.replace("animals", "animal")
    return QCoreApplication.translate("Today", text, None, count).replace("%n", str(count))
