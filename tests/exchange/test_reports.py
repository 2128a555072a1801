"""The reports as files and on the command line's output: read back as other programs read them."""

import csv
import io
import json
import re
import zlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from openpyxl import load_workbook

from colonydesk.db.engine import Database
from colonydesk.domain.errors import KnownError, Refused
from colonydesk.exchange.reports import ENDINGS, run_report, write_report
from colonydesk.exchange.reports.cells import cell_text, sections
from colonydesk.queries.reports import REPORTS, Column, Report, Row, report
from tests.queries.colony import NOW, Colony, on

FONTS = Path(__file__).parents[2] / "resources" / "fonts"
TODAY = date(2025, 3, 31)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With nothing in it."""
    made = tmp_path / "written"
    made.mkdir()
    return made


@pytest.fixture
def here(db: Database) -> Database:
    """Two restricted animals of a lab, one under its threshold, and one that was operated."""
    colony = Colony(db)
    lab = colony.lab(name="Hale lab", reference_weight_pct=0.8, zscore_weight_pct=0.0)
    for nickname, weight in (("A1", 22.0), ("A2", 19.5)):
        subject = colony.subject(nickname, lab)
        colony.restriction(subject, on(10))
        colony.weighing(subject, on(0, 23.2), weight)
        colony.water(subject, on(0, 23.3), 0.123)
    colony.surgery(colony.subject("=B1+1", lab, sex="F"), on(30), 0.0)
    colony.write()
    return db


def run(db: Database, name: str, format: str | None = None, out: Path | None = None, **more: Any) -> str:  # noqa: A002
    days = more.pop("days", (None, None))
    return run_report(db, name, *days, format, out, NOW, fonts=FONTS, **more)


def text_of(pdf: bytes) -> list[str]:
    """The streams of a PDF's pages, unpacked."""
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    pages = []
    for stream in found:
        try:
            text = zlib.decompress(stream).decode("latin-1")
        except zlib.error:
            continue
        if " Tf" in text:
            pages.append(text)
    return pages


def test_csv_holds_numbers_under_the_titles(here: Database) -> None:
    rows = list(csv.reader(io.StringIO(run(here, "water-restriction", "csv"))))
    assert rows[0][:4] == ["Animal", "Lab", "Cage", "Responsible"]
    assert rows[0][4:8] == [
        "Weight, g, day before",
        "Of exp., %, day before",
        "Given, mL, day before",
        "Weight, g",
    ]
    assert rows[1] == [
        *("A1", "Hale lab", "C1", "", "", "", ""),
        *("22.0", "88.0", "0.0", "0.123", "0.123", "0.88", "0.757", "ok, to water"),
    ]
    assert len(rows) == 3


def test_json_has_the_reference_s_names_and_the_animals_behind_a_count(here: Database) -> None:
    found = json.loads(run(here, "water-restriction", "json"))
    assert {key: found[key] for key in ("report", "from", "to", "lab")} == {
        "report": "water-restriction",
        "from": "2025-03-31",
        "to": "2025-03-31",
        "lab": None,
    }
    one = found["rows"][1]
    assert (one["nickname"], one["weight"], one["percentage_weight"]) == ("A2", 19.5, 78.0)
    assert one["given_water_total"] == 0.123
    assert one["weight_yesterday"] is None
    counts = json.loads(run(here, "animals-used", "json"))["rows"]
    assert counts[0]["animals"] == 3
    assert counts[0]["nicknames"] == ["=B1+1", "A1", "A2"]
    assert [row["nicknames"] for row in counts if (row["by"], row["value"]) == ("sex", "female")] == [
        ["=B1+1"]
    ]


def test_text_for_people_is_aligned_and_rounded_the_way_water_is(here: Database) -> None:
    lines = run(here, "water-restriction").splitlines()
    assert lines[0].startswith("Water restriction, day report, Mon 31 Mar 2025: 2 animals, 2 with water owed")
    assert lines[0].endswith(", 1 below the threshold")
    assert "Lab" not in lines[1]  # there is one
    assert lines[2].split()[:2] == ["A1", "C1"]
    # given is rounded down, what is owed up
    assert [part for part in lines[2].split() if part[0].isdigit()] == [
        *("22.0", "88.0", "0.00", "0.12", "0.12", "0.88", "0.76"),
    ]
    assert "under, to water" in lines[3]


def test_a_report_of_a_lab_or_a_member(here: Database) -> None:
    assert "0 animals" in run(here, "water-restriction", lab_id=uuid4())
    assert "0 changes" in run(here, "changes", member_id=uuid4())


def test_the_animals_left_out_are_named_in_every_form(here: Database) -> None:
    colony = Colony(here)
    colony.ids.seed(1)
    colony.surgery(colony.subject("N1", None), None, 0.0)
    colony.write()
    assert run(here, "animals-used").startswith(
        "Animals used, 1 Jan 2025 – 31 Mar 2025: 3 animals, 1 left out, used at an unknown time"
    )
    last = json.loads(run(here, "animals-used", "json"))["rows"][-1]
    assert (last["by"], last["animals"], last["nicknames"]) == ("left out", 1, ["N1"])
    assert run(here, "animals-used", "csv").splitlines()[-1].startswith("left out,used at an unknown time,1,")


def test_an_age_says_what_it_is_in_where_it_is_a_number(db: Database) -> None:
    colony = Colony(db)
    colony.subject("A1", colony.lab(), to_be_culled=True)
    colony.write()
    heads, first = csv.reader(io.StringIO(run(db, "to-do", "csv")))
    age = heads.index("Age, days")
    assert first[age] == str((TODAY - date(2024, 11, 20)).days)
    assert "18 w 5 d" in run(db, "to-do")


def test_every_report_is_written_in_every_format(here: Database, folder: Path) -> None:
    for name in REPORTS:
        for ending in ENDINGS:
            file = folder / f"{name}{ending}"
            said = run(here, name, None, file)
            assert str(file) in said
            assert file.stat().st_size > 10
    assert sorted(path.suffix for path in folder.iterdir()) == sorted([*ENDINGS] * len(REPORTS))
    sheet = load_workbook(folder / "animals-used-list.xlsx").active
    assert sheet is not None
    assert [cell.value for cell in sheet["A"]] == ["Animal", "=B1+1", "A1", "A2"]
    assert sheet["A2"].data_type == "s"
    assert (folder / "to-do.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_format_that_is_named_goes_before_the_ending(here: Database, folder: Path) -> None:
    file = folder / "report.txt"
    run(here, "underweight", "json", file)
    assert json.loads(file.read_text("utf-8"))["report"] == "underweight"


@pytest.mark.parametrize(
    ("format_", "out", "sentence"),
    [
        ("pdf", None, "--out FILE"),
        (None, "report.docx", "not as docx"),
        (None, "report", "by the ending"),
    ],
)
def test_what_cannot_be_written_is_said(
    here: Database, folder: Path, format_: str | None, out: str | None, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        run(here, "to-do", format_, folder / out if out else None)
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_not_there_leaves_nothing(here: Database, folder: Path) -> None:
    for ending in ENDINGS:
        with pytest.raises(KnownError, match="cannot be written"):
            run(here, "to-do", None, folder / "nowhere" / f"a{ending}")


# On paper


def wide(rows: int, words: str = "a change", animals: int = 0) -> Report:
    columns = (
        Column("nickname", "Animal"),
        Column("change", "Change"),
        Column("animals", "Animals", "count"),
    )
    ids = tuple(UUID(int=number) for number in range(animals))
    return Report(
        "changes",
        "Changes",
        TODAY - timedelta(days=3),
        TODAY,
        "Europe/London",
        None,
        columns,
        tuple(Row((f"M{number}", words, ids)) for number in range(rows)),
        ((rows, "changes"),),
        behind_columns=columns[:2],
        behind={one: Row((f"B{one.int}", "behind")) for one in ids},
    )


def test_a_pdf_goes_on_over_pages_with_the_heads_on_each(tmp_path: Path) -> None:
    sizes = {}
    for rows in (3, 200):
        file = tmp_path / f"{rows}.pdf"
        write_report(wide(rows), file, FONTS, NOW)
        data = file.read_bytes()
        assert data.startswith(b"%PDF-")
        sizes[rows] = len(text_of(data))
        assert f"/Count {sizes[rows]}".encode() in data
    assert sizes == {3: 1, 200: 9}


def test_a_long_text_goes_on_in_the_next_line_and_nothing_leaves_the_page(tmp_path: Path) -> None:
    for words in ("cage C1 to C2, " * 40, "x" * 900, "Łódź – “ähnlich”"):
        file = tmp_path / "long.pdf"
        write_report(wide(5, words, animals=4), file, FONTS, NOW)
        places = [
            (float(x), float(y))
            for page in text_of(file.read_bytes())
            for x, y in re.findall(r"BT ([\d.-]+) ([\d.-]+) Td", page)
        ]
        assert len(places) > 20
        assert all(0 < x < 842 and 0 < y < 595 for x, y in places)


def test_paper_has_the_animals_behind_the_counts_too(here: Database) -> None:
    with here.read() as connection:
        found = report(connection, "animals-used", NOW)
    counts, behind = sections(found)
    assert counts.rows[0][:3] == ("all", "all animals", "3")
    assert [row[0] for row in behind.rows] == ["=B1+1", "A1", "A2"]
    assert "Lab" not in behind.headers


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("grams", 20.5, "20.5"),
        ("grams", 20.55, "20.55"),
        ("figure", 20.55, "20.6"),
        ("percent", 84.96, "84.9"),
        ("owed", 0.401, "0.41"),
        ("given", 0.409, "0.40"),
        ("age", 100, "14 w 2 d"),
        ("day", date(2025, 3, 1), "1 Mar 2025"),
        ("clock", NOW, "30 Mar 23:30"),
        ("count", (), "0"),
        ("number", 0, "0"),
        ("text", None, "-"),
        ("grams", None, "-"),
    ],
)
def test_how_values_read(kind: Any, value: Any, text: str) -> None:
    assert cell_text(Column("one", "One", kind), value, NOW.tzinfo) == text
