"""The import in the window, on both engines: progress, stopping, what came of it and what did not."""

import csv
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from colonydesk.db.engine import Database
from colonydesk.db.tables import AuditEntry, Lab, Species, Subject, Weighing
from colonydesk.domain.errors import KnownError
from colonydesk.exchange.alyx import ImportReport, Problem, import_alyx
from colonydesk.qtkit.jobs import Jobs
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.ui import importing
from colonydesk.ui.importing import ImportPanel
from colonydesk.ui.start_import_names import table_names
from colonydesk.ui.start_import_result import Rows, write_problems
from tests.ui.starting import NOW, OFFSCREEN, ROOT, Key, Keys, refusal

pytestmark = OFFSCREEN
_NAMES = UUID("5b0e7ad8-7d5c-4a6e-9c0a-3f8e2a7e5d10")


def key(name: str) -> str:
    return str(uuid5(_NAMES, name))


def record(model: str, name: str, /, **fields: Any) -> dict[str, Any]:
    return {"model": model, "pk": key(name), "fields": fields}


def a_dump(file: Path, weighings: int = 3, bad: int = 0) -> Path:
    """A lab, a member, an animal, its weighings; ``bad`` more of less than nothing."""
    subject = record(
        "subjects.subject", "mouse", nickname="M1", sex="F", lab=key("lab"), birth_date="2026-06-01"
    )
    records = [
        record("misc.lab", "lab", name="Weiss lab", timezone="Europe/London"),
        record("misc.labmember", "ann", username="ann", is_active=True),
        subject,
        *(
            record(
                "actions.weighing",
                f"weighing {number}",
                subject=key("mouse"),
                user=key("ann"),
                date_time=f"2026-08-{number % 28 + 1:02}T10:00:{number % 60:02}Z",
                weight=-1.0 if number < bad else 20.0,
            )
            for number in range(weighings + bad)
        ),
    ]
    file.write_text(json.dumps(records), encoding="utf-8")
    return file


class Import(Keys):
    """The panel as a window of its own, on an open database."""

    def __init__(self, app: QApplication, qtbot: QtBot, db: Database, **options: Any) -> None:
        self.db = db
        self.jobs = Jobs()
        self.bugs: list[Exception] = []
        self.jobs.failed.connect(self.bugs.append)
        source = ThemeSource(app, ROOT / "resources")
        self.panel = ImportPanel(self.jobs, source, db, lambda: NOW, **options)
        self.panel.resize(960, 680)
        self.imported: list[ImportReport] = []
        self.running: list[bool] = []
        self.panel.imported.connect(self.imported.append)
        self.panel.running.connect(self.running.append)
        super().__init__(self.panel, qtbot)
        self.panel.enter()

    def count(self, entity: Any) -> int:
        with self.db.read() as connection:
            return int(connection.execute(select(func.count()).select_from(entity)).scalar_one())

    def begin(self, file: Path) -> None:
        """Type the file and press Enter."""
        self.panel.file.setFocus()
        self.replace(str(file))
        self.press(Key.Key_Return)

    def finished(self) -> None:
        self.until(lambda: self.running and not self.running[-1])
        assert self.bugs == []

    def counts(self) -> dict[str, tuple[int, ...]]:
        model = self.panel.result.counts
        return {row[0]: row[1:] for row in (model.row(place) for place in range(model.rowCount()))}


@pytest.fixture
def begin(qapp: QApplication, qtbot: QtBot) -> Iterator[Callable[..., Import]]:
    made: list[Import] = []

    def make(db: Database, **options: Any) -> Import:
        made.append(Import(qapp, qtbot, db, **options))
        return made[-1]

    yield make
    for one in made:
        assert one.jobs.close(20)


@pytest.fixture
def window(begin: Callable[..., Import], db: Database) -> Import:
    return begin(db, next_step="Open this colony")


@pytest.fixture
def local(begin: Callable[..., Import], sqlite_url: str) -> Iterator[Import]:
    """The same on SQLite alone, where the engine makes no difference."""
    from colonydesk.db.migrate import open_database

    database = open_database(sqlite_url)
    yield begin(database)
    database.close()


def test_a_real_dump_by_keys_alone(window: Import, shared_data: Path, qtbot: QtBot) -> None:
    window.begin(shared_data / "alyx_dump_anon.json.gz")
    assert window.panel.is_running()
    assert window.word() == "Stop"
    window.finished()
    assert window.running == [True, False]
    result = window.panel.result
    assert result.sentence.state() == "ok"
    assert result.sentence.text().startswith("2,120 of 2,120 records imported")
    assert "it agrees with the file" in result.sentence.text()
    assert window.counts()["Subjects"] == (968, 968, 0, 0)
    assert window.count(Subject) == 968
    assert [report.total().written for report in window.imported] == [2120]
    assert window.word() == "Open this colony"
    with qtbot.waitSignal(window.panel.open_wanted):
        window.press(Key.Key_Return)


def test_looking_first_writes_nothing_and_importing_afterwards_does(window: Import, tmp_path: Path) -> None:
    window.type(str(a_dump(tmp_path / "dump.json")))
    window.panel.look.setFocus()
    window.press(Key.Key_Return)
    window.finished()
    assert "6 of 6 records can be imported" in window.panel.result.sentence.text()
    assert "nothing has been written" in window.panel.result.sentence.text()
    assert (window.count(Lab), window.count(AuditEntry), window.imported) == (0, 0, [])
    assert window.word() == "Import it now"
    window.press(Key.Key_Return)
    window.until(lambda: window.imported)
    assert (window.count(Lab), window.count(Weighing), window.count(AuditEntry)) == (1, 3, 1)


def test_an_import_repeated_changes_nothing(window: Import, tmp_path: Path) -> None:
    file = a_dump(tmp_path / "dump.json")
    for _ in range(2):
        window.begin(file)
        window.finished()
        window.running.clear()
        window.panel.result.back.click()
    assert window.counts()["Weighings"] == (3, 0, 3, 0)
    assert len(window.imported) == 1
    assert window.count(AuditEntry) == 1


def test_an_import_of_nothing_new_says_so_first(local: Import, tmp_path: Path) -> None:
    """That none of the records was written would read as if it had failed."""
    dump = a_dump(tmp_path / "alyx.json")
    local.begin(dump)
    local.finished()
    local.press(Key.Key_Tab, Key.Key_Return)
    local.begin(dump)
    local.until(lambda: local.running == [True, False] * 2)
    said = local.panel.result.sentence
    assert said.text() == (
        "Nothing is new: all 6 records are here already\nNothing was written: all of it is here already."
    )
    assert said.state() == "ok"


def test_a_file_without_records_says_so_and_changes_nothing(local: Import, tmp_path: Path) -> None:
    dump = tmp_path / "alyx.json"
    dump.write_text("[]")
    local.begin(dump)
    local.finished()
    said = local.panel.result.sentence
    assert said.text() == (
        "There are no records in the file\nNothing was written: the file holds no records."
    )
    assert said.state() == "near"
    assert local.count(Species) == local.count(AuditEntry) == 0


def test_what_is_not_right_is_listed_and_the_rest_is_in(window: Import, tmp_path: Path) -> None:
    window.begin(a_dump(tmp_path / "dump.json", weighings=3, bad=2))
    window.finished()
    result = window.panel.result
    assert result.sentence.state() == "near"
    assert window.counts()["Weighings"] == (5, 3, 0, 2)
    assert window.count(Weighing) == 3
    rows = [result.problems.row(place) for place in range(result.problems.rowCount())]
    assert [row[:3] for row in rows] == [("not right", "Weighings", key(f"weighing {n}")) for n in (0, 1)]
    assert all("weight" in row[3] for row in rows)
    result.problems_view.selectRow(1)
    assert key("weighing 1") in result._whole.text()


def test_strict_writes_nothing_and_says_so(window: Import, tmp_path: Path) -> None:
    window.panel.strict.setFocus()
    window.press(Key.Key_Space)
    window.begin(a_dump(tmp_path / "dump.json", bad=1))
    window.finished()
    assert window.panel.result.sentence.state() == "under"
    assert "Nothing was imported" in window.panel.result.sentence.text()
    assert window.count(Lab) == window.count(Weighing) == window.count(AuditEntry) == 0
    assert window.word() == "Back"
    window.press(Key.Key_Return)
    assert window.word() == "Look first"


def test_an_import_stopped_while_it_writes_is_taken_back(
    window: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, stopped = threading.Event(), threading.Event()

    def held(*files: Any, progress: Callable[[Any], None], **options: Any) -> ImportReport:
        def tell(now: importing.Progress) -> None:
            progress(now)
            if now.stage == "writing":
                writing.set()
                assert stopped.wait(20)

        return import_alyx(*files, progress=tell, **options)

    monkeypatch.setattr(importing, "import_alyx", held)
    window.begin(a_dump(tmp_path / "dump.json", weighings=20_000))
    window.until(writing.is_set)
    assert window.panel.is_running()
    window.press(Key.Key_Escape)
    stopped.set()
    window.finished()
    form = window.panel.form
    assert form.sentence.text() == "The import was stopped.\nNothing was written."
    assert window.count(Lab) == window.count(Weighing) == window.count(AuditEntry) == 0
    assert window.panel.file.text().endswith("dump.json")
    assert window.imported == []


def test_progress_is_shown_and_the_keyboard_is_on_stop(
    local: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def slow(*_: Any, progress: Callable[[Any], None], **__: Any) -> ImportReport:
        progress(importing.Progress("writing", 12_345, 0.25))
        assert go_on.wait(20)
        return ImportReport(kept=True)

    monkeypatch.setattr(importing, "import_alyx", slow)
    local.begin(a_dump(tmp_path / "dump.json"))
    form = local.panel.form
    local.until(lambda: form._words.text() == "Writing: 12,345 records")
    assert form._bar.value() / form._bar.maximum() == 0.25
    assert not local.panel.close()  # a window of its own stays while it works
    local.press(Key.Key_Space)
    assert form._words.text().startswith("Stopping")
    go_on.set()
    local.finished()
    assert local.panel.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "There is no file dump.json"),
        ("[]x", "dump.json"),
        ('{"a": 1}', "dump.json"),
        ("nothing of the kind", "dump.json"),
        ('[{"model": "misc.lab", "pk"', "dump.json"),
    ],
)
def test_a_file_that_is_no_dump_is_refused_and_its_name_kept(
    local: Import, tmp_path: Path, text: str | None, said: str
) -> None:
    file = tmp_path / "dump.json"
    if text is not None:
        file.write_text(text)
    local.begin(file)
    local.finished()
    assert said in refusal(local.panel.form, "alyx")
    assert local.panel.file.text() == str(file)
    assert local.panel.file.edit.hasFocus()
    assert local.count(AuditEntry) == 0


def test_what_is_missing_is_asked_for(local: Import, tmp_path: Path) -> None:
    local.press(Key.Key_Return)
    assert refusal(local.panel.form, "alyx") == "Name the file."
    local.type(str(a_dump(tmp_path / "dump.json")))
    local.until(lambda: local.panel.zone.line.zones)
    local.panel.zone.setFocus()
    local.replace("Atlantis")
    local.press(Key.Key_Return)
    assert "Atlantis is not a time zone." in refusal(local.panel.form, "timezone")
    assert local.running == []


def test_a_bug_is_told_to_whoever_logs_them_and_the_form_is_there_again(
    local: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "import_alyx", lambda *_, **__: 1 / 0)
    local.begin(a_dump(tmp_path / "dump.json"))
    local.until(lambda: local.running == [True, False])
    assert [type(bug) for bug in local.bugs] == [ZeroDivisionError]
    assert "fault in the program" in local.panel.form.sentence.text()
    assert not local.panel.is_running()


def test_escape_leaves_the_page(local: Import, qtbot: QtBot) -> None:
    with qtbot.waitSignal(local.panel.left):
        local.press(Key.Key_Escape)


def test_the_list_is_saved_as_csv_and_a_place_that_cannot_be_written_is_said(
    local: Import, tmp_path: Path
) -> None:
    local.begin(a_dump(tmp_path / "dump.json", bad=2))
    local.finished()
    result = local.panel.result
    target = tmp_path / "list.csv"
    result.save_list(str(target))
    local.until(lambda: "Saved as" in result._whole.text())
    with target.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == ["model", "pk", "reason"]
    assert [row[:2] for row in rows[1:]] == [["actions.weighing", key(f"weighing {n}")] for n in (0, 1)]
    result.save_list(str(tmp_path / "no folder" / "list.csv"))
    local.until(lambda: "cannot be written" in result._whole.text())
    with pytest.raises(KnownError, match="cannot be written"):
        write_problems(tmp_path, [Problem("m", "1", "why")])


def test_the_table_obeys_the_rules_of_item_models_and_is_sorted_by_its_header(
    local: Import, qtbot: QtBot
) -> None:
    report = ImportReport(kept=True)
    for model, number in (("misc.lab", 2), ("subjects.subject", 1000), ("actions.weighing", 30)):
        report.counts(model).read = report.counts(model).written = number
    result = local.panel.result
    tester = QAbstractItemModelTester(result.counts, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert tester.model() is result.counts
    result.tell(report, "dump.json", looked=False)

    def column(model: Rows, place: int) -> list[str]:
        return [model.data(model.index(row, place)) for row in range(model.rowCount())]

    assert column(result.counts, 0) == ["Labs", "Subjects", "Weighings"]
    header = result.counts_view.horizontalHeader()
    for shown in (["2", "30", "1,000"], ["1,000", "30", "2"]):
        place = header.sectionViewportPosition(1) + 10
        qtbot.mouseClick(
            header.viewport(), Qt.MouseButton.LeftButton, pos=header.rect().topLeft().__class__(place, 10)
        )
        assert column(result.counts, 1) == shown


def test_every_model_that_can_be_imported_has_its_words(local: Import) -> None:
    from colonydesk.exchange.alyx.models import MODELS

    assert {model.name for model in MODELS} == table_names(local.panel).keys()
