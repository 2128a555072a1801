"""A list written to a file: all that is known of each record, as words, its list's columns first."""

import csv
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Dataset, DatasetType, Lab, Line, Note, Project, subject_project
from colonydesk.queries.records import computed, fields, shown_links
from colonydesk.ui.records.export import every_column, export
from colonydesk.ui.sheets import SHEETS
from tests.builders import NOW, Scene, scene


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def written(of: Scene, table: str, row_id: UUID, folder: Path) -> dict[str, str]:
    file = folder / "out.csv"
    with of.db.read() as connection:
        assert export(connection, file, SHEETS[table], [row_id], of.ann) == 1
    with file.open(encoding="utf-8-sig", newline="") as lines:
        heads, cells = csv.reader(lines)
    listed = [column.title for column in SHEETS[table].columns]
    assert heads[: len(listed)] == listed
    return dict(zip(heads, cells, strict=True))


@pytest.mark.parametrize("table", list(SHEETS))
def test_every_field_and_link_of_every_table_has_a_column(table: str) -> None:
    known = {**fields(table), **computed(table)}
    textual = {name for name, field in known.items() if field.kind not in ("image", "binary")}
    paths = [column.path for column in every_column(SHEETS[table])]
    assert textual | set(shown_links(table)) <= set(paths)
    assert len(paths) == len(set(paths))


def test_references_links_codes_and_extra_fields_as_words(here: Scene, tmp_path: Path) -> None:
    line, project = here.add(Line, nickname="Ai32"), here.add(Project, name="Vision")
    mouse = here.subject(
        *("M2",), line_id=line, json={"tag": 7}, description="shy", genotype_date=date(2026, 1, 2)
    )
    with here.db.engine.begin() as connection:
        connection.execute(subject_project.insert().values(subject_id=mouse, project_id=project))
    found = written(here, "subject", mouse, tmp_path)
    assert (found["Animal"], found["Line"], found["Sex"]) == ("M2", "Ai32", "male")
    assert (found["Projects"], found["Description"], found["Lab"]) == ("Vision", "shy", "Hale lab")
    assert (found["Genotyped"], found["To be culled"]) == ("2026-01-02", "no")
    assert found["Extra fields"] == '{"tag": 7}'


def test_shares_are_written_in_per_cent_as_their_headings_say(here: Scene, tmp_path: Path) -> None:
    lab = here.add(Lab, name="Annex", reference_weight_pct=0.8, absolute_min_pct=0.725)
    found = written(here, "lab", lab, tmp_path)
    assert (float(found["Reference, %"]), float(found["Least, %"])) == (80.0, 72.5)


def test_what_a_record_is_about_is_called_by_its_name(here: Scene, tmp_path: Path) -> None:
    of = {"content_type": "subject", "object_id": here.mouse}
    note = here.add(Note, date_time=NOW, text="Limps.", user_id=here.ann, **of)
    found = written(here, "note", note, tmp_path)
    assert (found["Text"], found["About"], found["About which"]) == ("Limps.", "Animal", "M1")
    kind = here.add(DatasetType, name="spikes")
    data = here.add(Dataset, name="a.npy", dataset_type_id=kind, **of)
    found = written(here, "dataset", data, tmp_path)
    assert (found["Type"], found["About"], found["About which"]) == ("spikes", "Animal", "M1")
    lost = here.add(Note, date_time=NOW, text="x", content_type="old.thing", object_id=here.mouse)
    assert written(here, "note", lost, tmp_path)["About which"] == ""
