"""The check that computes: the daily numbers of animals from the file and from the database are the same."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Subject
from colonydesk.exchange.alyx import ImportReport, import_alyx, recompute
from colonydesk.exchange.alyx.rows import Layout, Row
from colonydesk.paths import growth_curve_text
from tests.exchange.small_dump import NOW, Record, id_of, ids, record, small_dump, write


def restricted(records: dict[str, Record]) -> None:
    """Both animals weighed, b with an implant and on restriction, its water given in a session."""
    records["lab"]["fields"] |= {"reference_weight_pct": 0.4, "zscore_weight_pct": 0.4}
    records["b"]["fields"] |= {"sex": "M", "birth_date": "2023-11-01"}
    b = {"subject": id_of("b")}
    records["surgery"] = record(
        "actions.surgery", "surgery", **b, start_time="2024-02-01T10:00:00", implant_weight=1.5
    )
    records["restriction"] = record(
        "actions.waterrestriction", "restriction", **b, start_time="2024-03-07T10:00:00", reference_weight=25
    )
    records["session"] = record("actions.session", "session", **b, start_time="2024-03-25T11:00:00")
    records["reward"] = record(
        "actions.wateradministration",
        "reward",
        **b,
        date_time="2024-03-25T11:30:00",
        water_administered=0.3,
        session=id_of("session"),
    )


def test_what_was_compared_is_said(db: Database, take: Callable[..., ImportReport]) -> None:
    report = take(restricted, curve_text=growth_curve_text())
    assert report.as_json()["recomputed"] == {"animals": 2, "days": 22, "differing": []}
    assert report.conclusion() == (
        "What was written was read back and counted: it agrees with the file. The weights and water of"
        " 2 animals on 22 days, computed from it and from the file, are the same."
    )
    again = take(restricted)
    assert again.as_json()["recomputed"]["animals"] == 0
    assert "computed" not in again.conclusion()


@pytest.mark.parametrize(
    ("model", "column", "value"),
    [
        ("actions.weighing", "weight", 24.9),
        ("actions.wateradministration", "water_administered", 0.31),
        ("actions.wateradministration", "session_id", None),
        ("actions.wateradministration", "adlib", True),
        ("actions.surgery", "implant_weight", 1.4),
        ("actions.waterrestriction", "reference_weight", 24.9),
        ("actions.waterrestriction", "start_time", None),
        ("subjects.subject", "birth_date", None),
        ("subjects.subject", "sex", "F"),
    ],
)
def test_a_value_that_became_another_one_on_its_way_is_found(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str, column: str, value: Any
) -> None:
    """The database keeps what it was given, so that neither a count nor reading back finds it."""
    of_file = Layout.row

    def spoiled(self: Layout, *arguments: Any) -> Row:
        row = of_file(self, *arguments)
        if self.model.name == model and id_of("b") in (row.pk, row.fields.get("subject")):
            row.values[column] = value
        return row

    monkeypatch.setattr(Layout, "row", spoiled)
    records = small_dump()
    restricted(records)
    dump = write(tmp_path / "dump.json", records)

    report = import_alyx(db, dump, now=NOW, curve_text=growth_curve_text())

    assert report.check.wrong_tables() == []
    assert report.check.unlike == ["b"]
    assert report.refused == (
        "Nothing was written: computed from the database, b is not as computed from the file."
    )
    assert ids(db, Subject) == set()


def test_the_restricted_are_compared_first(
    db: Database, take: Callable[..., ImportReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recompute, "ANIMALS", 1)

    def spoil(records: dict[str, Record]) -> None:
        restricted(records)
        once = {"subject": id_of("a"), "start_time": "2024-03-01", "end_time": "2024-03-02"}
        records["once"] = record("actions.waterrestriction", "once", **once)
        records["restriction"]["fields"]["subject"] = ["b"]

    report = take(spoil)
    assert (report.check.animals, report.check.days) == (1, 20)


def test_what_was_left_out_or_lost_is_no_difference(db: Database, take: Callable[..., ImportReport]) -> None:
    def spoil(records: dict[str, Record]) -> None:
        restricted(records)
        records["reward"]["fields"]["session"] = id_of("nowhere")
        records["weighing"]["fields"]["weight"] = -1
        records["again"] = {**records["second"], "fields": {**records["second"]["fields"], "weight": 9}}
        records["operated"] = record("actions.surgery", "operated", subject=id_of("a"), implant_weight=3)

    assert take(spoil).check.animals == 2


def test_times_at_the_ends_of_the_calendar_are_computed_too(
    db: Database, take: Callable[..., ImportReport]
) -> None:
    def spoil(records: dict[str, Record]) -> None:
        records["lab"]["fields"]["timezone"] = "Pacific/Kiritimati"
        records["third"]["fields"]["date_time"] = "0001-01-02T00:00:00"
        records["water"]["fields"]["date_time"] = "9999-12-31T23:00:00"

    report = take(spoil)
    assert report.check.animals == 2
    assert report.check.days < 802


def test_a_human_subject_has_no_daily_numbers(db: Database, take: Callable[..., ImportReport]) -> None:
    def spoil(records: dict[str, Record]) -> None:
        records["human"] = record("subjects.species", "human", name="Homo sapiens", nickname="human")
        records["b"]["fields"]["species"] = id_of("human")

    assert take(spoil).check.animals == 1
