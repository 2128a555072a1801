"""Every table made, found, changed, exported and deleted at the keyboard, and read back elsewhere."""

import csv
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from openpyxl import load_workbook
from pytestqt.qtbot import QtBot

from colonydesk.app import Program
from colonydesk.db.catalogue import table_names
from colonydesk.db.engine import Database
from colonydesk.queries.records import fields, label_of, links, record_ids
from colonydesk.ui.records.kinds import KindsScreen
from colonydesk.ui.sheets import SHEETS
from tests.end_to_end.record_cases import DATA, Case, cases
from tests.end_to_end.typing_records import Typist, held, read_back

ELSEWHERE = {  # of other sections
    *("notification", "notification_recipient", "notification_rule", "notification_setting"),
    "imported_record",  # only looked at
}


def test_there_is_a_case_for_every_table() -> None:
    covered = {case.table for case in (*cases("", "", ""), *DATA)}
    assert covered == set(table_names()) - ELSEWHERE
    assert covered | {"imported_record"} == set(SHEETS)


def living(db: Database, sex: str) -> str:
    with db.read() as connection:
        where = {"sex": sex, "death_date": None}
        first = record_ids(connection, "subject", where=where)[0]
        return label_of(connection, "subject", [first])[first]


def names(case: Case, typed: dict[str, str]) -> dict[str, str]:
    """What was typed, by the names of the fields instead of their labels."""
    by_label: dict[str, str] = {}
    for item in SHEETS[case.table].items:
        by_label.setdefault(item.label, item.name)
    return {by_label[label]: text for label, text in typed.items()}


def expected(case: Case, typed: dict[str, str]) -> dict[str, str]:
    scaled = {item.name: item.scale for item in SHEETS[case.table].items if item.scale != 1.0}
    found = names(case, typed)
    kinds = {item.name: item for item in SHEETS[case.table].items}
    for name, text in found.items():
        if name in scaled:
            found[name] = f"{float(text) / scaled[name]:.10g}"
        elif text.startswith("{") and kinds[name].name in ("json", "extended_qc"):
            found[name] = "json"
    return found


def make(typist: Typist, db: Database, case: Case, folder: Path) -> None:
    """Make one, find it, change it, export it."""
    typist.go(SHEETS[case.table].title)
    typist.new()
    for label, text in case.typed.items():
        typist.fill(label, text)
    row_id = typist.save()
    found = read_back(db, case.table, row_id)
    assert found is not None
    assert held(found, names(case, case.typed)) == expected(case, case.typed), case.table

    assert row_id in typist.find(case.find), case.table
    typist.to_list(row_id)
    typist.open()
    label, text = case.change
    typist.fill(label, text)
    changed_id = typist.save()
    found = read_back(db, case.table, changed_id)
    assert found is not None
    change = {label: text}
    assert held(found, names(case, change)) == expected(case, change), case.table

    assert changed_id in typist.find("")
    file = folder / f"{case.table}.csv"
    typist.export(file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    sheet = SHEETS[case.table]
    assert rows[0][: len(sheet.columns)] == [column.title for column in sheet.columns]
    left_out = [name for name, field in fields(case.table).items() if field.kind in ("image", "binary")]
    assert len(rows[0]) >= len(fields(case.table)) - len(left_out) + len(links(case.table))
    assert len(rows) == 1 + len(typist.page.table.ids())


def take_away(typist: Typist, db: Database, case: Case) -> None:
    """Find it again and delete it; where it is in use, another one that nobody refers to."""
    typist.go(SHEETS[case.table].title)
    row_id = find_living(typist, db, case)
    said = typist.delete()
    if case.delete:
        assert case.delete in said, (case.table, said)
        left = read_back(db, case.table, row_id)
        assert left is not None
        if not case.bare:
            assert left.values["void_reason"] == "mistyped"
            return
        assert typist.page.form.strip.acts() == []  # nothing is offered that would be refused
        typist.new()
        for label, text in case.bare.items():
            typist.fill(label, text)
        row_id = typist.save()
        typist.find("")
        typist.find(next(iter(case.bare.values())))
        typist.to_list(row_id)
        said = typist.delete()
    assert said.endswith("is deleted."), (case.table, said)
    assert read_back(db, case.table, row_id) is None


def find_living(typist: Typist, db: Database, case: Case) -> UUID:
    """Search for it and go to its row; of weighings and water to the one that is not taken out."""
    found = typist.find(case.find)
    if "voided_at" in fields(case.table):
        with db.read() as connection:
            found = record_ids(connection, case.table, case.find, where={"voided_at": None})
    assert len(found) == 1, (case.table, case.find, found)
    (row_id,) = found
    typist.to_list(row_id)
    return row_id


def test_every_table_of_the_administration(
    open_program: Callable[..., Program], colony_url: str, colony: Database, qtbot: QtBot, tmp_path: Path
) -> None:
    program = open_program(colony_url, user="d.brandt")
    section = program.frame.show_section("administration")
    assert isinstance(section, KindsScreen)
    typist = Typist(program, qtbot, section)
    typist.settle()
    father, mother = living(colony, "M"), living(colony, "F")
    every = cases(father, father, mother)
    for case in every:
        make(typist, colony, case, tmp_path)
    file = tmp_path / "animals.xlsx"
    typist.go("Animals")
    typist.find("XYZ_9001")
    typist.export(file)
    sheet = load_workbook(file).active
    assert sheet is not None
    assert [cell.value for cell in next(sheet.iter_rows(min_row=2))][:2] == ["XYZ_9001", "female"]
    for case in reversed(every):
        take_away(typist, colony, case)


def test_every_table_of_the_data_section(
    open_program: Callable[..., Program], colony_url: str, colony: Database, qtbot: QtBot, tmp_path: Path
) -> None:
    program = open_program(colony_url, user="d.brandt")
    section = program.frame.show_section("data")
    assert isinstance(section, KindsScreen)
    typist = Typist(program, qtbot, section)
    typist.settle()
    for case in DATA:
        make(typist, colony, case, tmp_path)
    for case in reversed(DATA):
        take_away(typist, colony, case)
