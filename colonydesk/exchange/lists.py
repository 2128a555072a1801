"""The worklist and the animals as the command line writes them: json for scripts, aligned text for people."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from colonydesk.domain.plausibility import show_weight
from colonydesk.domain.water import shown_given, shown_owed
from colonydesk.domain.weight import shown_percentage
from colonydesk.queries.subjects import SubjectRow
from colonydesk.queries.worklist import WorklistRow

_TODAY = (
    "nickname",
    "lab",
    "weight",
    "weighed_today",
    "percentage_weight",
    "status",
    "expected_weight",
    "min_weight",
    "expected_water",
    "given_water_total",
    "remaining_water",
    "owed",
)


def today_json(rows: Sequence[WorklistRow]) -> str:
    """A list of objects, unrounded, null for what is not known."""
    listed = [{name: getattr(row, name) for name in _TODAY} for row in rows]
    return json.dumps([{**one, "owed": list(one["owed"])} for one in listed], indent=2)


def today_text(rows: Sequence[WorklistRow]) -> str:
    """A line an animal, the urgent first."""
    lines = [("animal", "lab", "weight g", "% exp", "state", "given mL", "remains mL", "owed")]
    lines += [
        (
            row.nickname,
            row.lab or "-",
            "-" if row.weight is None else show_weight(row.weight),
            _percent(row.percentage_weight),
            row.status,
            f"{shown_given(row.given_water_total):.2f}",
            _remaining(row.remaining_water),
            " and ".join(row.owed) or "nothing",
        )
        for row in rows
    ]
    return "\n".join([_aligned(lines, right={2, 3, 5, 6}), *(row.damage for row in rows if row.damage)])


def subjects_json(rows: Sequence[SubjectRow], percentages: Mapping[UUID, float | None]) -> str:
    """A list of objects; ``percentages`` of the expected weight by id, where known."""
    return json.dumps([_subject(row, percentages.get(row.id)) for row in rows], indent=2)


def subjects_text(rows: Sequence[SubjectRow], percentages: Mapping[UUID, float | None]) -> str:
    """A line an animal."""
    lines = [("animal", "lab", "sex", "born", "died", "line", "responsible", "cage", "% exp")]
    for row in rows:
        one = _subject(row, percentages.get(row.id))
        share = _percent(one.pop("percentage_weight"))
        one.pop("id")
        lines.append((*(str(value or "-") for value in one.values()), share))
    return _aligned(lines, right={8})


def _subject(row: SubjectRow, percentage: float | None) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "nickname": row.nickname,
        "lab": row.lab,
        "sex": row.sex,
        "birth_date": row.birth_date.isoformat() if row.birth_date else None,
        "death_date": row.death_date.isoformat() if row.death_date else None,
        "line": row.line,
        "responsible_user": row.responsible_user,
        "cage": row.cage,
        "percentage_weight": percentage,
    }


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{shown_percentage(value):.1f}"


def _remaining(value: float | None) -> str:
    """What is still to be given: nothing where more was given than required."""
    return "-" if value is None else f"{max(shown_owed(value), 0.0):.2f}"


def _aligned(lines: Sequence[tuple[str, ...]], right: set[int]) -> str:
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    written = []
    for line in lines:
        cells = [
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        written.append("  ".join(cells).rstrip())
    return "\n".join(written)


def check_text(found: Mapping[str, Any]) -> str:
    """What a check created and sent, a line each (``found`` as ``check --json`` prints it)."""
    lines = [
        f"{one['title']}: for {', '.join(one['recipients']) or 'nobody'}" for one in found["created"]
    ] or ["Nothing new is due."]
    if found["sent"]:
        lines.append(f"{found['sent']} sent by e-mail.")
    lines += [f"Not sent or not checked: {_failed(one)}" for one in found["failed"]]
    return "\n".join(lines)


def _failed(one: Mapping[str, Any]) -> str:
    return ", ".join(str(value) for value in one.values() if value)
