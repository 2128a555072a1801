"""Animals and cages for what a person types into a search line."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QCoreApplication

from colonydesk.qtkit.search import Choice, SearchLine
from colonydesk.queries.subjects import SubjectRow, search
from colonydesk.ui.desk import Desk


def find_animals(desk: Desk, key: Hashable, text: str, line: SearchLine, *, cages: bool) -> None:
    """Answer ``line``; a choice's key is ("animal", id), or ("cage", name) where ``cages`` are asked for."""

    def answer(rows: tuple[SubjectRow, ...]) -> None:
        line.set_choices(text, choices(rows, text, cages=cages))

    desk.read(key, search, text, done=answer)


def choices(rows: tuple[SubjectRow, ...], text: str, *, cages: bool) -> list[Choice]:
    """The cage of that name first, then the animals; the lab is named where a nickname is used in two."""
    found = []
    in_cage = [row for row in rows if row.cage and row.cage.casefold() == text.casefold()]
    living = [row for row in in_cage if row.death_date is None]
    if cages and living:
        count = _tr("%n animals", len(living))
        found.append(
            Choice(("cage", living[0].cage), str(living[0].cage), _tr("whole cage, {}").format(count))
        )
    names = [row.nickname for row in rows]
    for row in rows:
        parts = [row.lab] if names.count(row.nickname) > 1 else []
        parts.append(_tr("cage {}").format(row.cage) if row.cage else "")
        parts.append(row.line)
        if row.death_date is not None:
            parts.append(_tr("dead"))
        detail = ", ".join(part for part in parts if part)
        found.append(Choice(("animal", row.id), row.nickname, detail))
    return found


def _tr(text: str, count: int = -1) -> str:
    if count == 1:
        text = text.replace("animals", "animal")
    return QCoreApplication.translate("Today", text, None, count).replace("%n", str(count))
