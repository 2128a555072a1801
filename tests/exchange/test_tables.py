"""Tables for other programs: CSV and Excel, whole or not at all."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from colonydesk.domain.errors import KnownError
from colonydesk.exchange.tables import write_table

HEADERS = ("Animal", "Weight, g", "When", "Born", "Dead", "Notes")
ROWS = [
    ("CK_0001", 20.1, datetime(2026, 7, 1, 13, 5, 9, 7, tzinfo=UTC), date(2026, 1, 2), False, "=1+1"),
    ("Ünï", None, None, None, True, "two\nlines"),
]
LONDON = ZoneInfo("Europe/London")


def test_csv_is_read_back_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "animals.csv"
    assert write_table(file, "Animals", HEADERS, iter(ROWS), LONDON) == 2
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")  # or Excel takes it for another encoding
    with file.open(encoding="utf-8-sig", newline="") as lines:
        assert list(csv.reader(lines)) == [
            list(HEADERS),
            ["CK_0001", "20.1", "2026-07-01 14:05:09", "2026-01-02", "no", "=1+1"],
            ["Ünï", "", "", "", "yes", "two\nlines"],
        ]


def test_excel_has_numbers_days_and_moments_and_no_formula(tmp_path: Path) -> None:
    file = tmp_path / "animals.xlsx"
    assert write_table(file, "Animals: all/2026", HEADERS, iter(ROWS), LONDON) == 2
    sheet = load_workbook(file).active
    assert sheet is not None
    assert sheet.title == "Animals all2026"
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]] == list(HEADERS)
    assert [cell.value for cell in rows[1]] == [
        "CK_0001",
        20.1,
        datetime(2026, 7, 1, 14, 5, 9),  # noqa: DTZ001 - a workbook knows no zones
        datetime(2026, 1, 2),  # noqa: DTZ001
        "no",
        "=1+1",
    ]
    assert rows[1][5].data_type == "s"
    assert [cell.value for cell in rows[2]][1:4] == [None, None, None]


def test_nothing_is_left_of_what_failed(tmp_path: Path) -> None:
    file = tmp_path / "animals.csv"
    file.write_text("before")

    def failing() -> object:
        yield ("a",)
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        write_table(file, "Animals", ("A",), failing())  # type: ignore[arg-type]
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("name", ["animals.txt", "none/animals.csv"])
def test_what_cannot_be_written_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(KnownError):
        write_table(tmp_path / name, "Animals", ("A",), [("a",)])


def test_structured_data_is_written_as_json(tmp_path: Path) -> None:
    file = tmp_path / "extra.csv"
    write_table(file, "Extra", ("json",), [({"rig": 3, "who": ["Åse", None]},), (None,)])
    with file.open(encoding="utf-8-sig", newline="") as lines:
        assert list(csv.reader(lines)) == [["json"], ['{"rig": 3, "who": ["Åse", null]}'], [""]]
