"""The data section: a folder's files registered and looked for, with keys."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from colonydesk.app import Program
from colonydesk.db.engine import Database
from colonydesk.db.tables import DataRepository, DatasetType
from colonydesk.domain.errors import KnownError
from colonydesk.queries.records import record_ids, record_rows
from colonydesk.ui.data import work
from colonydesk.ui.data.files import CheckPage, RegisterPage
from colonydesk.ui.data.work import FilesWork, Share
from colonydesk.ui.records.kinds import KindsScreen
from tests.builders import SECONDS, add
from tests.end_to_end.typing_records import Typist


@pytest.fixture
def typist(open_program: Callable[..., Program], colony_url: str, colony: Database, qtbot: QtBot) -> Typist:
    add(colony, DataRepository, name="rig disk", id=uuid4())
    add(colony, DatasetType, name="spikes.times", filename_pattern="spikes.times.*")
    program = open_program(colony_url, user="d.brandt")
    section = program.frame.show_section("data")
    assert isinstance(section, KindsScreen)
    made = Typist(program, qtbot, section)
    made.settle()
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "rig"
    (root / "M1" / "alf").mkdir(parents=True)
    (root / "M1" / "alf" / "spikes.times.npy").write_bytes(b"abc")
    (root / "M1" / "notes.txt").write_bytes(b"hello")
    return root


def fill(typist: Typist, page: FilesWork, name: str, text: str) -> None:
    page.view.focus(name)
    typist.type(text)
    typist.settle()
    typist.press(Qt.Key.Key_Return)


def files(db: Database) -> dict[str, bool]:
    with db.read() as connection:
        ids = record_ids(connection, "file_record")
        rows = record_rows(connection, "file_record", ids, ["relative_path", "exists"])
    return {row.cells["relative_path"]: row.cells["exists"] for row in rows.values()}


def test_of_a_long_path_the_end_is_seen(typist: Typist) -> None:
    """Files of one session differ at their ends alone."""
    table = typist.section.show_page("file_record").table  # type: ignore[attr-defined]
    option = QStyleOptionViewItem()
    path = [column.path for column in table._sheet.columns].index("relative_path")
    table.itemDelegateForColumn(path).initStyleOption(option, QModelIndex())
    assert option.textElideMode == Qt.TextElideMode.ElideMiddle


def test_a_folder_is_registered_and_its_files_are_looked_for(
    typist: Typist, colony: Database, folder: Path
) -> None:
    page = typist.section.show_page("register")
    assert isinstance(page, RegisterPage)
    before = set(files(colony))
    fill(typist, page, "data_repository_id", "rig disk")
    fill(typist, page, "root", str(folder))
    fill(typist, page, "folder", str(folder / "M1"))
    page.go_button.setFocus()
    typist.press(Qt.Key.Key_Space)
    typist.until(lambda: page.result.text())
    assert page.result.text() == "2 files registered (8 bytes)."
    assert set(files(colony)) - before == {"M1/alf/spikes.times.npy", "M1/notes.txt"}
    with colony.read() as connection:
        (made,) = record_ids(connection, "dataset", "spikes.times.npy")
        row = record_rows(connection, "dataset", [made], ["dataset_type_id", "file_size", "md5"])[made]
    assert row.cells == {
        "dataset_type_id": "spikes.times",
        "file_size": 3,
        "md5": "900150983cd24fb0d6963f7d28e17f72",
    }

    page.go_button.setFocus()
    typist.press(Qt.Key.Key_Space)
    typist.until(lambda: "known" in page.result.text())
    assert page.result.text() == "0 files registered (0 bytes), 2 known and unchanged."

    (folder / "M1" / "notes.txt").unlink()
    check = typist.section.show_page("check")
    assert isinstance(check, CheckPage)
    fill(typist, check, "data_repository_id", "rig disk")
    fill(typist, check, "root", str(folder))
    check.go_button.setFocus()
    typist.press(Qt.Key.Key_Space)
    typist.until(lambda: check.result.text())
    assert check.result.text() == "1 files are there, 1 are not."
    assert check.details.item(0).text() == "M1/notes.txt: not there"
    assert files(colony)["M1/notes.txt"] is False


def test_a_folder_that_is_not_there_is_refused_at_its_field(typist: Typist, folder: Path) -> None:
    page = typist.section.show_page("register")
    assert isinstance(page, RegisterPage)
    page.go_button.setFocus()
    typist.press(Qt.Key.Key_Space)
    assert page.view.said("data_repository_id") == "Repository is needed."
    fill(typist, page, "data_repository_id", "rig disk")
    fill(typist, page, "root", str(folder / "none"))
    fill(typist, page, "folder", str(folder))
    page.go_button.setFocus()
    typist.press(Qt.Key.Key_Space)
    typist.until(lambda: page.view.said("root"))
    assert "There is no folder" in page.view.said("root")


def begin(typist: Typist, folder: Path, hold: pytest.MonkeyPatch) -> tuple[RegisterPage, threading.Event]:
    """The folder being registered; the worker waits for the event before it looks at the first file."""
    page = typist.section.show_page("register")
    assert isinstance(page, RegisterPage)
    goes_on = threading.Event()
    run = page._run()

    def held(db: Database, values: Mapping[str, Any], share: Share) -> Any:
        assert goes_on.wait(SECONDS)
        return run(db, values, share)

    hold.setattr(page, "_run", lambda: held)
    fill(typist, page, "data_repository_id", "rig disk")
    fill(typist, page, "root", str(folder))
    fill(typist, page, "folder", str(folder))
    page.go()
    assert page.unsaved()
    return page, goes_on


def test_it_can_be_cancelled(typist: Typist, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page, goes_on = begin(typist, folder, monkeypatch)
    page.cancel()
    goes_on.set()
    typist.until(lambda: page.result.text())
    assert page.result.text().startswith("Cancelled:")
    assert not page.unsaved()


def test_choices_that_cannot_be_read_meanwhile_leave_the_work_going_on(
    typist: Typist, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise KnownError("The server does not answer.")

    page, goes_on = begin(typist, folder, monkeypatch)
    monkeypatch.setattr(work, "choices", down)
    page.view.asked.emit("session_id", "M1")
    typist.until(lambda: page.result.text() == "The server does not answer.")
    assert page.unsaved()
    assert not page.go_button.isEnabled()
    assert page.cancel_button.isVisible()
    page.cancel()
    goes_on.set()
    typist.until(lambda: page.result.text().startswith("Cancelled:"))
    assert not page.unsaved()
