"""The first page without a server: choosing, new and old files, recent ones, founding, the demonstration."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from colonydesk import paths
from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.domain.errors import KnownError
from colonydesk.queries.people import active_members, labs, water_types
from colonydesk.services import founding
from colonydesk.settings import load
from colonydesk.ui.start_work import NewLab, found, open_file
from tests.ui.starting import NOW, OFFSCREEN, Key, Start, refusal, refusals

pytestmark = OFFSCREEN
LAB = NewLab("Weiss lab", "Europe/London", "m.weiss")


@pytest.fixture
def begin(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Start]]:
    made: list[Start] = []

    def make(*recent: str) -> Start:
        made.append(Start(qapp, qtbot, tmp_path, recent))
        return made[-1]

    yield make
    for start in made:
        start.close()


@pytest.fixture
def start(begin: Callable[..., Start]) -> Start:
    return begin()


@pytest.fixture
def colony(sqlite_url: str) -> Path:
    """A local database with a lab."""
    empty = Path(sqlite_url.removeprefix("sqlite:///"))
    file = empty.rename(empty.with_name("weiss.sqlite"))
    found(open_file(file), LAB, NOW).db.close()
    return file


def test_arrow_keys_choose_enter_goes_in_and_escape_comes_back(start: Start) -> None:
    choices = start.screen.choices
    assert choices.hasFocus()
    seen = []
    for _ in range(choices.count()):
        seen.append(choices.choice().key)
        start.press(Key.Key_Down)
    assert seen == ["new", "open", "server", "demo", "import"]
    start.choose("server")
    assert start.focus() is start.screen.server.server.host.edit
    start.press(Key.Key_Escape)
    assert choices.hasFocus()
    start.press(Key.Key_Right)
    assert start.focus() is start.screen.server.server.host.edit
    start.choose("new")
    typed = []
    while isinstance(start.focus(), QLineEdit):
        typed.append(start.focus().accessibleName())
        start.press(Key.Key_Tab)
    assert typed == ["Lab", "Time zone of the lab", "Your user name", "File"]


def test_a_new_local_database_by_keys_alone(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "deep" / "my colony.sqlite"
    start.choose("new")
    start.type("Weiss lab")
    start.press(Key.Key_Tab)
    assert start.screen.new.zone.text() == "Pacific/Chatham"  # the workstation's
    start.replace("lond")
    assert start.screen.new.zone.line.popup_texts() == ["Europe/London"]
    start.press(Key.Key_Down, Key.Key_Return, Key.Key_Tab)
    start.replace("m.weiss")
    start.press(Key.Key_Tab)
    start.replace(str(file))
    start.press(Key.Key_Return)
    db = start.database()
    assert start.opened[0][0] == f"sqlite:///{file}"
    with db.read() as connection:
        assert [(lab.name, lab.timezone) for lab in labs(connection)] == [("Weiss lab", "Europe/London")]
        assert [member.username for member in active_members(connection)] == ["m.weiss"]
        assert "Water" in [kind.name for kind in water_types(connection)]


def test_a_whole_zone_takes_enter_on_to_the_database(start: Start, tmp_path: Path) -> None:
    start.choose("new")
    start.type("Weiss lab")
    start.screen.new.file.set_text(str(tmp_path / "a.sqlite"))
    start.press(Key.Key_Tab)
    start.replace("europe/LONDON")
    start.press(Key.Key_Return)  # takes it from the list, as it should be written
    assert start.screen.new.zone.text() == "Europe/London"
    start.press(Key.Key_Return)
    with start.database().read() as connection:
        assert labs(connection)[0].timezone == "Europe/London"


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("lab", "  ", "Give the lab a name."),
        ("timezone", "", "Say the time zone."),
        ("timezone", "Mars/Olympus", "Mars/Olympus is not a time zone."),
        ("username", "", "Give a user name"),
        ("username", "Max Weiss", "no blanks"),
        ("file", "", "Name a file."),
        ("file", "what?.sqlite", "A ? or %"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(
    start: Start, tmp_path: Path, key: str, text: str, said: str
) -> None:
    form = start.screen.new
    typed = {"lab": "Weiss lab", "timezone": "Europe/London", "username": "m.weiss"}
    typed |= {"file": str(tmp_path / "a.sqlite"), key: text}
    start.choose("new")
    for field, words in typed.items():
        form.fields[field].set_text(words)
    form.action.setFocus()
    start.press(Key.Key_Return)
    start.until(lambda: refusals(form))
    assert list(refusals(form)) == [key]
    assert said in refusal(form, key)
    assert form.fields[key].edit.hasFocus()
    assert {field: form.fields[field].edit.text() for field in typed} == typed
    assert not list(tmp_path.glob("*.sqlite"))
    start.type("x")
    assert refusals(form) == {}  # the sentence goes with the next key


def make_new(start: Start, file: str) -> None:
    form = start.screen.new
    start.choose("new")
    for key, words in (("lab", "Weiss lab"), ("username", "m.weiss"), ("file", file)):
        form.fields[key].set_text(words)
    start.press(Key.Key_Return)
    start.done(form)


def test_a_file_that_is_there_is_not_touched(start: Start, colony: Path) -> None:
    before = colony.read_bytes()
    make_new(start, str(colony))
    assert "There is a file weiss.sqlite already." in refusal(start.screen.new, "file")
    assert colony.read_bytes() == before
    assert start.opened == []


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="no folder here that nobody may write to")
def test_a_folder_that_nobody_may_write_to(start: Start) -> None:
    for file in ("/sys/kernel/colony.sqlite", "/sys/kernel/new/colony.sqlite"):
        make_new(start, file)
        assert list(refusals(start.screen.new)) == ["file"]
        assert start.screen.new.file.text() == file
        assert start.bugs == []


def test_a_database_that_cannot_be_founded_leaves_no_file_behind(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.sqlite"

    def full(*_: object) -> None:
        assert file.exists()
        raise KnownError("The disk is full: a.sqlite cannot grow.", "Free some space.")

    with monkeypatch.context() as patch:
        patch.setattr(founding, "found_lab", full)
        make_new(start, str(file))
    assert "The disk is full" in refusal(start.screen.new, "file")
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith("a.sqlite")] == []
    start.press(Key.Key_Return)  # the same again, with what was typed
    assert start.database().name == "a.sqlite"


def test_a_bug_is_told_to_whoever_logs_them_and_the_form_lives_on(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(founding, "found_lab", lambda *_: 1 / 0)
    make_new(start, str(tmp_path / "a.sqlite"))
    assert [type(bug) for bug in start.bugs] == [ZeroDivisionError]
    assert "fault in the program" in start.screen.new.sentence.text()
    assert start.screen.choices.isEnabled()


def open_by_keys(start: Start, file: str) -> None:
    start.choose("open")
    start.replace(file)
    start.press(Key.Key_Return)
    start.done(start.screen.open)


def newer(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def another_programs(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE bookmark (title)")


def cut_in_the_middle(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    whole[4096:] = b"\xff" * (len(whole) - 4096)
    file.write_bytes(whole)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda file: file.write_text("Dear diary, " * 500), "is not a database, or it is damaged."),
        (cut_in_the_middle, "is damaged"),
        (newer, "was made by a newer ColonyDesk"),
        (another_programs, "is not a ColonyDesk database"),
        (lambda file: file.unlink(), "There is no database file weiss.sqlite"),
        (lambda file: file.unlink() or file.mkdir(), "weiss.sqlite is a folder."),
    ],
    ids=["text", "damaged", "newer", "another program's", "missing", "folder"],
)
def test_what_keeps_a_file_from_being_opened_is_said_at_it(
    start: Start, colony: Path, harm: Callable[[Path], object], said: str
) -> None:
    harm(colony)
    open_by_keys(start, str(colony))
    assert said in refusal(start.screen.open, "file")
    assert start.screen.open.file.text() == str(colony)
    assert (start.opened, start.bugs) == ([], [])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take other names")
@pytest.mark.parametrize("key", ["open", "new"])
def test_a_name_that_no_file_can_have_is_said_at_it(start: Start, tmp_path: Path, key: str) -> None:
    page = start.screen.open if key == "open" else start.screen.new
    start.screen.choices.mark(key)
    if key == "new":
        page.fields["lab"].set_text("Weiss lab")
        page.fields["username"].set_text("m.weiss")
    page.fields["file"].set_text(str(tmp_path / ("y" * 300)))
    page.submitted.emit()
    start.done(page)
    assert "too long" in refusal(page, "file")
    assert (start.opened, start.bugs) == ([], [])


def test_a_path_may_stand_in_quotation_marks(start: Start, colony: Path) -> None:
    """As Windows copies it."""
    open_by_keys(start, f'"{colony}"')
    assert start.database().name == colony.name


def test_a_file_is_opened_by_its_name_alone_where_the_local_databases_are(start: Start, colony: Path) -> None:
    file = paths.data_folder() / "100%25 mice.sqlite"
    file.parent.mkdir(parents=True, exist_ok=True)
    colony.rename(file)
    open_by_keys(start, "100%25 mice.sqlite")
    assert start.database().name == "100%25 mice.sqlite"
    file.unlink()


def test_browsing_leaves_the_page_alive(start: Start, colony: Path, qtbot: QtBot) -> None:
    start.choose("open")
    start.press(Key.Key_Tab, Key.Key_Space)
    start.until(lambda: start.screen.findChild(QFileDialog))
    dialog = start.screen.findChild(QFileDialog)
    assert start.screen.choices.isEnabled()
    dialog.findChild(QLineEdit, "fileNameEdit").setText(str(colony))
    take = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Open)
    qtbot.mouseClick(take, Qt.MouseButton.LeftButton)
    start.until(lambda: start.screen.open.file.text() == str(colony))


def test_a_recent_one_opens_with_enter(begin: Callable[..., Start], colony: Path) -> None:
    url = f"sqlite:///{colony}"
    start = begin("sqlite:////gone/old.sqlite", url)
    start.press(Key.Key_Down)
    assert start.screen.recent.title.text() == "weiss.sqlite"
    start.press(Key.Key_Return)
    assert start.database().name == "weiss.sqlite"
    assert start.opened[0][0] == url


def test_a_recent_one_that_is_gone_says_so_and_can_be_forgotten(
    begin: Callable[..., Start], colony: Path
) -> None:
    url = f"sqlite:///{colony}"
    start = begin("sqlite:////gone/old.sqlite", url)
    start.press(Key.Key_Return)
    start.until(lambda: start.screen.recent.sentence.state())
    assert "There is no database file old.sqlite" in start.screen.recent.sentence.text()
    start.screen.choices.setFocus()
    start.press(Key.Key_Delete)
    start.until(lambda: load(start.settings.file).recent == [url])
    assert start.screen.choices.choice().url == url
    start.screen.recent.buttons.itemAt(1).widget().click()
    start.until(lambda: load(start.settings.file).recent == [])
    assert start.screen.choices.choice().key == "new"
    assert colony.exists()


def test_why_the_chosen_one_cannot_be_opened_stands_at_the_top_until_it_can(
    begin: Callable[..., Start], colony: Path, qtbot: QtBot
) -> None:
    url = f"sqlite:///{colony}"
    away = colony.rename(colony.with_suffix(".away"))
    start = begin(url)
    start.screen.tell_failure(url, KnownError("There is no database file weiss.sqlite.", "Look for it."))
    said = start.screen.notice.text()
    assert said.startswith("There is no database file weiss.sqlite. Look for it. You can also choose")
    assert start.screen.choices.choice().url == url
    away.rename(colony)
    (again,) = (one for one in start.screen.notice.children() if getattr(one, "text", str)() == "Try again")
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    assert start.database().name == "weiss.sqlite"


def test_without_an_address_there_is_nothing_to_try_again(start: Start) -> None:
    start.screen.tell_failure("", KnownError("The demonstration could not be made."))
    assert "could not be made" in start.screen.notice.text()
    shown = [one.text() for one in start.screen.notice.children() if getattr(one, "text", None)]
    assert "Try again" not in shown


def test_an_empty_database_asks_for_its_lab(start: Start, db: Database) -> None:
    start.screen.ask_for_lab("somewhere", db)
    form = start.screen.found
    assert form.title.text() == f"{db.name} is empty"
    start.press(Key.Key_Return)
    assert refusal(form, "lab") == "Give the lab a name."
    start.type("Weiss lab")
    start.press(Key.Key_Return)
    assert start.database() is db
    with db.read() as connection:
        assert [(lab.name, lab.timezone) for lab in labs(connection)] == [("Weiss lab", "Pacific/Chatham")]


def test_an_empty_file_that_is_opened_asks_for_its_lab_and_is_closed_when_left(
    start: Start, sqlite_url: str
) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    open_by_keys(start, str(file))
    assert start.screen.found.title.text() == "colony.sqlite is empty"
    start.press(Key.Key_Escape, Key.Key_Down)
    assert start.screen.choices.choice().key == "server"
    open_by_keys(start, str(file))
    start.type("Weiss lab")
    start.press(Key.Key_Return)
    assert start.database().name == "colony.sqlite"


def test_the_demonstration_is_one_key_away(start: Start, qtbot: QtBot) -> None:
    with qtbot.waitSignal(start.screen.demo_wanted):
        start.choose("demo")


def test_help_opens_with_f1(start: Start) -> None:
    start.choose("new")
    start.press(Key.Key_F1)
    assert not start.screen.help.isHidden()
    assert "time zone" in start.screen.help.text()
    start.press(Key.Key_F1)
    assert start.screen.help.isHidden()


def test_a_dump_of_alyx_becomes_a_colony_and_is_opened(
    start: Start, shared_data: Path, tmp_path: Path
) -> None:
    form, file = start.screen.alyx, tmp_path / "imported.sqlite"
    start.choose("import")
    start.press(Key.Key_Return)
    assert refusal(form, "alyx") == "Name a file."
    start.type(str(tmp_path / "none.json"))
    form.new.set_text(str(file))
    start.press(Key.Key_Return)
    start.done(form)
    assert "There is no file none.json" in refusal(form, "alyx")
    assert not file.exists()
    start.replace(str(shared_data / "alyx_dump_anon.json.gz"))
    start.press(Key.Key_Return)
    start.until(lambda: start.word() == "Look first")
    assert not start.opened
    start.press(Key.Key_Return)
    start.until(lambda: start.word() == "Import it now")
    start.press(Key.Key_Return)
    start.until(lambda: start.word() == "Open this colony")
    start.press(Key.Key_Return)
    with start.database().read() as connection:
        assert len(labs(connection)) == 1


def test_an_import_that_is_left_can_be_taken_up_again_in_the_same_file(
    start: Start, shared_data: Path, tmp_path: Path
) -> None:
    for _ in range(2):
        start.choose("import")
        start.screen.alyx.new.set_text(str(tmp_path / "imported.sqlite"))
        start.replace(str(shared_data / "alyx_dump_anon.json.gz"))
        start.press(Key.Key_Return)
        start.until(lambda: start.word() == "Look first")
        start.press(Key.Key_Escape)
    assert start.screen.choices.hasFocus()
    open_database(f"sqlite:///{tmp_path / 'imported.sqlite'}").close()


def test_an_empty_database_can_take_an_import_instead(start: Start, sqlite_url: str) -> None:
    open_by_keys(start, sqlite_url.removeprefix("sqlite:///"))
    start.screen.found.buttons.itemAt(1).widget().click()
    assert start.focus().accessibleName() == "File from Alyx"
