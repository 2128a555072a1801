"""The daily history as files: json keyed by animal, csv with a line a day."""

import csv
import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

from colonydesk.domain.history import HISTORY_COLUMNS, DailyHistory
from colonydesk.queries.history import SubjectHistory


def keys_of(found: Sequence[SubjectHistory]) -> list[str]:
    """What each animal is called in a file: its nickname, with "@LAB" where several labs use it."""
    used = Counter(one.nickname for one in found)
    return [one.nickname if used[one.nickname] == 1 else f"{one.nickname}@{one.lab or ''}" for one in found]


def records_of(days: DailyHistory) -> Iterator[dict[str, Any]]:
    """One dictionary a day, unrounded; None for what is not known."""
    columns = [getattr(days, name).tolist() for name in HISTORY_COLUMNS]
    for day, *values in zip(days.dates(), *columns, strict=True):
        record: dict[str, Any] = {"date": day.isoformat()}
        for name, value in zip(HISTORY_COLUMNS, values, strict=True):
            record[name] = None if isinstance(value, float) and math.isnan(value) else value
        yield record


def history_json(found: Sequence[SubjectHistory], to: TextIO) -> None:
    """Write ``{"NICKNAME": {"lab": ..., "records": [...]}}``, an animal at a time."""
    to.write("{")
    for place, (key, one) in enumerate(zip(keys_of(found), found, strict=True)):
        whole = {"lab": one.lab, "records": list(records_of(one.days))}
        to.write(f"{',' if place else ''}\n{json.dumps(key)}: {json.dumps(whole)}")
    to.write("\n}\n")


def history_csv(found: Sequence[SubjectHistory], to: TextIO) -> None:
    """Write a line a day, with the animal and its lab in front; empty for what is not known."""
    table = csv.writer(to, lineterminator="\n")
    table.writerow(["nickname", "lab", "date", *HISTORY_COLUMNS])
    for one in found:
        for record in records_of(one.days):
            table.writerow([one.nickname, one.lab, *record.values()])
