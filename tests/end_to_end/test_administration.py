"""The administration at the keyboard: two people on one record, undo, thresholds, growth, problems, audit."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from colonydesk.db.engine import Database
from colonydesk.db.tables import Subject
from colonydesk.queries.records import record_ids
from colonydesk.services.records import SaveRecord, save_record
from colonydesk.ui.administration.audit import AuditScreen
from colonydesk.ui.administration.growth import GrowthPanel, ImportBar
from colonydesk.ui.administration.problems import ProblemsScreen
from colonydesk.ui.administration.thresholds import ThresholdPreview
from tests.builders import add
from tests.conftest import ROOT
from tests.end_to_end.conftest import AFTERNOON
from tests.end_to_end.test_every_table import living
from tests.end_to_end.typing_records import Typist, read_back

CTRL = Qt.KeyboardModifier.ControlModifier
CURVE = ROOT / "resources" / "growth" / "c57bl6.csv"


def one_of(db: Database, table: str, text: str) -> UUID:
    with db.read() as connection:
        (found,) = record_ids(connection, table, text)
    return found


def change_elsewhere(db: Database, table: str, row_id: UUID, **values: Any) -> None:
    """What somebody else saves at another workstation."""
    found = read_back(db, table, row_id)
    assert found is not None
    someone = one_of(db, "lab_member", "j.hale")
    command = SaveRecord(
        command_id=uuid4(), table=table, id=row_id, user_id=someone, values=values, version=found.version
    )
    save_record(db, command, AFTERNOON)


def a_food(typist: Typist, name: str = "Soaked pellets") -> UUID:
    typist.go("Foods")
    typist.new()
    typist.fill("Name", name)
    typist.fill("Description", "for the weak")
    return typist.save()


def test_two_change_one_record(typist: Typist, colony: Database) -> None:
    food = a_food(typist)
    form = typist.page.form
    typist.field("Name")
    typist.fill("Description", "mine")
    change_elsewhere(colony, "food", food, description="theirs", name="Soaked pellets 2")
    # The watch passes over what its own process has written, as this test has.
    typist.program.bus.publish({"food": [food]})
    typist.until(lambda: "newer" in typist.said)
    assert form.view.value("description") == "mine"  # nothing is loaded under the hands

    typist.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    typist.until(lambda: form.view.others() == ("description",))
    assert form.view.value("description") == "mine"
    assert form.view.value("name") == "Soaked pellets 2"
    said = [label.text() for label in form.view._rows["description"].findChildren(type(form.title))]
    assert "Theirs: theirs. Before: for the weak." in said

    typist.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert "Choose" in typist.said
    typist.field("Description")
    while not (isinstance(typist.focus, QPushButton) and typist.focus.text() == "Keep mine"):
        typist.press(Qt.Key.Key_Tab)
    typist.press(Qt.Key.Key_Space)
    typist.save()
    found = read_back(colony, "food", food)
    assert found is not None
    assert (found.values["name"], found.values["description"]) == ("Soaked pellets 2", "mine")


def test_the_cage_of_a_pair_moves_its_parents(typist: Typist, colony: Database) -> None:
    father, mother = living(colony, "M"), living(colony, "F")

    def cages() -> set[object]:
        found = [read_back(colony, "subject", one_of(colony, "subject", name)) for name in (father, mother)]
        return {one.values["cage"] for one in found if one is not None}

    typist.go("Breeding pairs")
    typist.new()
    for label, text in (("Name", "BP77"), ("Father", father), ("Mother", mother), ("Cage", "P1")):
        typist.fill(label, text)
    typist.save()
    assert cages() == {"P1"}
    assert typist.page.form.view.value("cage") == "P1"
    typist.fill("Cage", "P2")
    typist.save()
    assert (cages(), typist.page.form.view.value("cage")) == ({"P2"}, "P2")


def test_a_record_somebody_else_deletes_keeps_what_is_typed(typist: Typist, colony: Database) -> None:
    from colonydesk.services.records import DeleteRecord, delete_record

    food = a_food(typist)
    typist.fill("Description", "kept")
    found = read_back(colony, "food", food)
    assert found is not None
    someone = one_of(colony, "lab_member", "j.hale")
    command = DeleteRecord(command_id=uuid4(), table="food", id=food, user_id=someone, version=found.version)
    delete_record(colony, command, AFTERNOON)
    typist.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    typist.until(lambda: "Make it anew" in typist.page.form.strip.acts())
    typist.page.form.strip.focus_first()
    typist.press(Qt.Key.Key_Space)
    again = typist.save()
    found = read_back(colony, "food", again)
    assert found is not None
    assert found.values["description"] == "kept"


def test_ctrl_z_after_theirs_was_taken_and_saved_undoes_the_saving(typist: Typist, colony: Database) -> None:
    food = a_food(typist)
    form = typist.page.form
    typist.fill("Description", "mine")
    change_elsewhere(colony, "food", food, description="theirs")
    typist.press(Qt.Key.Key_S, CTRL)
    typist.until(lambda: form.view.others() == ("description",))
    while not (isinstance(typist.focus, QPushButton) and typist.focus.text() == "Take theirs"):
        typist.press(Qt.Key.Key_Tab)
    typist.press(Qt.Key.Key_Space)
    assert form.view.value("description") == "theirs"
    typist.fill("Name", "Soaked grain")
    typist.save()
    typist.field("Name")
    typist.press(Qt.Key.Key_Z, CTRL)
    typist.until(lambda: typist.said == "Undone: “Soaked grain” is as it was before.")
    found = read_back(colony, "food", food)
    assert found is not None
    assert (found.values["name"], found.values["description"]) == ("Soaked pellets", "theirs")
    assert form.view.value("name") == "Soaked pellets"


def test_what_cannot_be_is_refused_while_it_is_typed(typist: Typist) -> None:
    """By the rule that saving looks at; nothing has been sent."""
    for kind, label, typed, good, said in (
        ("Animals", "Name", "bad name!", "-", "letters, digits and _ . - only"),
        ("Members", "User name", "no blanks", "noblanks", "letters, digits and @ . + - _ only"),
        ("Species", "Usually at least", "0", "4", "must be more than 0 g"),
        ("Labs", "By reference weight", "850", "85", "must be between 0 and 100 %"),
        ("Labs", "Reminder at", "24", "8", "must be between 0 and 23"),
    ):
        typist.go(kind)
        typist.new()
        view = typist.page.form.view
        name = typist.field(label)
        typist.type(typed)
        assert said in view.said(name)
        assert name not in view.changes()
        typist.press(Qt.Key.Key_A, CTRL)
        typist.type(good)
        assert view.said(name) == ""
        typist.page.form.discard()
        typist.settle()


def test_half_of_an_address_or_a_zone_is_not_refused_before_the_field_is_left(typist: Typist) -> None:
    for kind, label, typed, said in (
        ("Members", "E-mail", "j.hale@", "no e-mail address"),
        ("Labs", "Time zone", "Europe/Lond", "Europe/Lond"),
    ):
        typist.go(kind)
        typist.new()
        view = typist.page.form.view
        name = typist.field(label)
        typist.press(Qt.Key.Key_A, CTRL)
        typist.type(typed)
        assert view.said(name) == ""
        typist.press(Qt.Key.Key_Tab)
        assert said in view.said(name)
        typist.page.form.discard()
        typist.settle()


def test_the_list_has_all_the_room_until_one_is_opened(typist: Typist, colony: Database) -> None:
    typist.go("Foods")
    page = typist.page
    assert not page.beside.isVisible()
    wide = page.table.width()
    assert wide > page.width() - 10
    a_food(typist)
    assert page.beside.isVisible()
    assert page.table.width() < wide
    typist.find("")
    typist.press(Qt.Key.Key_Down)
    typist.press(Qt.Key.Key_Escape)
    assert not page.beside.isVisible()
    assert page.form.id() is None
    assert typist.focus is page.table
    typist.press(Qt.Key.Key_Return)
    assert page.beside.isVisible()
    typist.open()
    typist.fill("Description", "half")
    typist.find("")
    typist.press(Qt.Key.Key_Down)
    typist.press(Qt.Key.Key_Escape)
    assert page.beside.isVisible(), "what is typed is not left behind"
    assert "not saved" in typist.said
    page.form.discard()
    typist.settle()


def test_a_record_is_begun_from_the_list_of_kinds(typist: Typist) -> None:
    typist.go("Foods")
    typist.press(Qt.Key.Key_G, CTRL)
    assert typist.focus is typist.section.kinds
    typist.press(Qt.Key.Key_N, CTRL)
    assert typist.page.form.is_new()
    assert typist.focus.property("field") == "name"


def test_undo_after_saving_and_after_deleting(typist: Typist, colony: Database) -> None:
    food = a_food(typist)
    typist.fill("Description", "changed")
    typist.save()
    typist.page.form.undo()
    typist.settle()
    found = read_back(colony, "food", food)
    assert found is not None
    assert found.values["description"] == "for the weak"
    assert typist.page.form.view.value("description") == "for the weak"

    typist.find("soaked")
    typist.to_list(food)
    assert typist.delete() == "“Soaked pellets” is deleted."
    assert read_back(colony, "food", food) is None
    typist.page.form.undo()
    typist.settle()
    assert typist.said == "Undone: “Soaked pellets” is back."
    assert typist.page.form.id() == food
    assert read_back(colony, "food", food) is not None


def test_what_is_typed_is_not_undone_over(typist: Typist, colony: Database) -> None:
    """Ctrl+Z is the field's own where something was typed in it; else the form says what is not saved."""
    food = a_food(typist)
    typist.field("Description")
    typist.type(" and old")
    typist.press(Qt.Key.Key_Tab)
    typist.press(Qt.Key.Key_Z, CTRL)
    assert typist.said == "What you typed is not saved yet."
    assert read_back(colony, "food", food) is not None
    assert typist.page.form.view.dirty() == ("description",)
    typist.field("Description")
    while typist.page.form.unsaved():
        typist.press(Qt.Key.Key_Z, CTRL)
    assert read_back(colony, "food", food) is not None
    typist.press(Qt.Key.Key_Z, CTRL)
    assert typist.said == "Undone: “Soaked pellets”, which was new, is gone again."
    assert read_back(colony, "food", food) is None
    assert typist.page.form.id() is None


def test_undo_names_the_record_and_shows_it(typist: Typist, colony: Database) -> None:
    first = a_food(typist, "First food")
    typist.fill("Description", "changed")
    typist.save()
    second = a_food(typist, "Second food")
    typist.find("food")
    typist.to_list(first)
    typist.page.form.undo()
    typist.settle()
    assert typist.said == "Undone: “Second food”, which was new, is gone again."
    assert read_back(colony, "food", second) is None
    assert typist.page.form.id() == typist.page.table.current() == first

    typist.find("pellets")
    other = typist.page.table.ids()[0]
    typist.to_list(other)
    typist.page.form.undo()
    typist.settle()
    assert typist.said == "Undone: “First food” is as it was before."
    assert typist.page.form.id() == first
    assert typist.page.form.view.value("description") == "for the weak"


def test_what_is_typed_is_not_left_behind(typist: Typist, colony: Database) -> None:
    food = a_food(typist)
    typist.fill("Description", "half")
    typist.find("")
    typist.press(Qt.Key.Key_Down)
    typist.press(Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    typist.press(Qt.Key.Key_Down)
    assert typist.page.form.id() == food
    assert "not saved" in typist.said
    assert typist.section.unsaved()
    typist.page.form.discard()
    typist.settle()
    assert not typist.section.unsaved()


def test_a_name_that_is_taken_is_refused_at_its_field(typist: Typist) -> None:
    typist.go("Members")
    typist.new()
    typist.fill("User name", "j.hale")
    typist.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert "already" in typist.page.form.view.said("username")
    assert typist.focus.property("field") == "username"


def test_who_would_be_under_is_told_while_typing(typist: Typist, colony: Database) -> None:
    typist.go("Labs")
    typist.find("")
    (lab,) = typist.page.table.ids()
    typist.to_list(lab)
    preview = typist.page.findChild(ThresholdPreview)
    assert preview is not None
    typist.until(lambda: "of 12 restricted" in preview.text())
    typist.open()
    typist.fill("By growth curve", "0")
    typist.fill("By reference weight", "99.9")
    typist.until(lambda: preview.text().startswith(("11 of 12", "12 of 12")))
    assert preview.names()
    found = read_back(colony, "lab", lab)
    assert found is not None
    assert found.values["reference_weight_pct"] < 0.9  # nothing is saved by looking


def test_a_growth_curve_is_imported(typist: Typist, colony: Database) -> None:
    typist.go("Growth curves")
    bar = typist.page.findChild(ImportBar)
    panel = typist.page.findChild(GrowthPanel)
    assert bar is not None
    assert panel is not None
    bar.name.setFocus()
    typist.type("House mice")
    bar.file.setFocus()
    typist.type(str(CURVE.with_name("none.csv")))
    typist.press(Qt.Key.Key_Return)
    assert "cannot be read" in bar.said()
    typist.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    typist.type(str(CURVE))
    typist.press(Qt.Key.Key_Return)
    typist.until(lambda: panel.table.rowCount() > 10)
    curve = one_of(colony, "growth_curve", "House mice")
    assert typist.page.form.id() == curve
    with colony.read() as connection:
        points = record_ids(connection, "growth_point", where={"growth_curve_id": curve})
    assert len(points) == 2 * panel.table.rowCount()


def test_a_data_problem_opens_where_it_can_be_mended(typist: Typist, colony: Database, qtbot: QtBot) -> None:
    broken = add(
        colony,
        Subject,
        nickname="ODD_1",
        sex="F",
        birth_date=date(2026, 2, 2),
        death_date=date(2026, 1, 1),
    )
    page = typist.section.show_page("problems")
    assert isinstance(page, ProblemsScreen)
    page.reload()
    typist.settle()
    page.search.setFocus()
    typist.type("odd_1 died")
    assert any("ODD_1" in text for text in page.texts())
    typist.press(Qt.Key.Key_Return)
    with qtbot.waitSignal(typist.section.wanted) as heard:
        typist.press(Qt.Key.Key_Return)
    assert heard.args == ["subject", broken]


def test_the_audit_trail_says_who_changed_what(typist: Typist, qtbot: QtBot) -> None:
    food = a_food(typist)
    typist.fill("Description", "for all")
    typist.save()
    page = typist.section.show_page("audit")
    assert isinstance(page, AuditScreen)
    typist.settle()
    page.table_box.setFocus()
    typist.type("Foods")
    page.reload()
    typist.settle()
    typist.until(lambda: page.model_.index(0, 4).data() not in (None, "…"))
    cells = [[page.model_.index(row, column).data() for column in range(1, 5)] for row in range(2)]
    assert cells == [
        ["d.brandt", "changed", "food Soaked pellets", "description for the weak → for all"],
        ["d.brandt", "added", "food Soaked pellets", "name Soaked pellets; description for the weak"],
    ]
    page.day.setFocus()
    typist.type("yesterday")
    typist.press(Qt.Key.Key_Return)
    assert page.model_.rowCount() == 0
    page.day.clear()
    page.reload()
    typist.settle()
    page.view.setFocus()
    page.view.selectRow(0)
    typist.until(lambda: page.model_.index(0, 4).data() not in (None, "…"))
    with qtbot.waitSignal(typist.section.wanted) as heard:
        typist.press(Qt.Key.Key_Return)
    assert heard.args == ["food", food]


def test_beside_a_form_no_list_moves_sideways(typist: Typist) -> None:
    typist.program.frame.resize(1280, 800)
    for kind in ("lab_member", "session", "subject", "water_administration", "lab"):
        page: Any = typist.section.show_page(kind)
        typist.settle()
        QApplication.processEvents()
        table = page.table
        assert table.isVisible(), kind
        assert table.horizontalScrollBar().maximum() == 0, kind
        assert not table.isColumnHidden(0), kind
    act = next(one for one in table.choice.menu().actions() if one.text() == "As usual")
    assert not act.isEnabled()  # nothing was chosen here


def test_which_columns_of_a_list_were_chosen_is_kept(typist: Typist) -> None:
    page: Any = typist.section.show_page("lab_member")
    page.table.choice.menu().actions()[1].trigger()
    assert page.table.isColumnHidden(1)
    typist.section.remember_layout()
    kept = typist.section._desk.settings.layout_of("records lab_member columns")
    del typist.section._made["lab_member"]
    again: Any = typist.section.show_page("lab_member")
    assert again is not page
    assert again.table.choice.state() == kept
    assert again.table.choice.is_off(1)
