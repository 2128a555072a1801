"""The form of a record: what is said where, what is sent, and how it lies."""

from uuid import uuid4

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from colonydesk.db.catalogue import table_names
from colonydesk.db.tables import (
    Allele,
    Line,
    Note,
    Sequence,
    Strain,
    Subject,
    SubjectRequest,
    WaterAdministration,
    Weighing,
    allele_sequence,
    line_allele,
)
from colonydesk.qtkit.forms import Labelled
from colonydesk.qtkit.theme import L
from colonydesk.ui.forms.frame import WIDEST
from colonydesk.ui.sheets.common import ABOUT
from tests.builders import NOW, row, rows
from tests.ui.forms import Forms, Key, press

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_a_refusal_says_at_its_field_what_to_do(forms: Forms) -> None:
    form = forms.form("water_restriction", subject_id=forms.here.mouse)
    form.save()
    assert form.view.said("reference_weight") == (
        "M1 was not weighed in the 7 days before. Weigh it first, or give the reference weight."
    )


@pytest.mark.parametrize(
    ("table", "kind", "number"),
    [("weighing", Weighing, "weight"), ("water_administration", WaterAdministration, "water_administered")],
)
def test_what_stands_beside_a_number_is_changed_in_place(
    forms: Forms, table: str, kind: type, number: str
) -> None:
    of = {"subject_id": forms.here.mouse, "date_time": NOW, "user_id": forms.here.ann}
    row_id = forms.here.add(kind, **of, **{number: 1.5})
    form = forms.form(table, row_id)
    form.view.put("json", {"rig": 4})
    form.view.put("name", "by the door")
    form.save()
    assert form.strip.text() == "Saved."
    assert form.id() == row_id
    (found,) = rows(forms.here.db, kind)
    assert (found["json"], found["name"], found["voided_at"]) == ({"rig": 4}, "by the door", None)

    form.undo()
    assert row(forms.here.db, kind, row_id)["json"] is None
    assert form.view.value("json") is None


def test_a_new_weighing_takes_extra_fields_and_its_correction_others(forms: Forms) -> None:
    form = forms.form("weighing", subject_id=forms.here.mouse, json={"rig": 3})
    form.view.put("weight", 22.0)
    form.save()
    first = form.id()
    form.view.put("weight", 22.5)
    form.view.put("json", {"rig": 4})
    form.save()
    second = form.id()
    assert first is not None
    assert second is not None
    old, new = (row(forms.here.db, Weighing, one) for one in (first, second))
    assert (old["json"], old["superseded_by_id"]) == ({"rig": 3}, second)
    assert (new["json"], new["weight"]) == ({"rig": 4}, 22.5)


def test_a_request_says_what_is_to_come_and_follows_its_animals(forms: Forms) -> None:
    here = forms.here
    line = here.add(Line, nickname="Ai95")
    request = here.add(SubjectRequest, user_id=here.ann, line_id=line, count=1)
    screen = forms.records("subject_request")
    screen.open(request)
    form, model = screen.form, screen.table.model_
    titles = [column.title for column in screen.sheet.columns]

    def said() -> list[object]:
        listed = [model.index(0, titles.index(title)).data() for title in ("To come", "Open")]
        return [form.view.value("remaining"), form.view.value("is_open"), *listed]

    forms.until(lambda: said() == ["1", "yes", "1", "yes"])
    mouse = here.subject("S1", line_id=line, request_id=request, responsible_user_id=here.ann)
    forms.desk.bus.publish({"subject": [mouse]})
    forms.until(lambda: said() == ["0", "no", "0", "no"])
    assert not form.unsaved()


def test_a_line_shows_the_sequences_of_its_alleles(forms: Forms) -> None:
    here = forms.here
    line = here.add(Line, nickname="Ai95")
    form = forms.form("line", line)
    assert form.view.value("sequences") is None
    named = [
        (here.add(Allele, nickname=name), here.add(Sequence, name=f"{name} 5'")) for name in ("tTA", "GCaMP")
    ]
    with here.db.engine.begin() as connection:
        for allele, sequence in named:
            connection.execute(allele_sequence.insert().values(allele_id=allele, sequence_id=sequence))
            connection.execute(line_allele.insert().values(line_id=line, allele_id=allele))
    form.open(line)
    assert form.view.value("sequences") == "GCaMP 5', tTA 5'"
    form.view.put("target_phenotype", "bright")
    form.save()
    assert form.strip.text() == "Saved."


def test_the_fields_of_a_wide_form_stay_together_at_the_left(forms: Forms) -> None:
    form = forms.form("subject", forms.here.mouse)
    form.resize(1500, 700)
    QApplication.processEvents()
    assert form.view.width() == WIDEST
    assert form.view.mapTo(form, QPoint()).x() == L
    button = form.delete_button
    assert button.mapTo(form, QPoint(button.width(), 0)).x() <= WIDEST + L
    form.resize(480, 700)
    QApplication.processEvents()
    assert form.view.width() > 480 - 3 * L


def test_a_cull_takes_the_severity_in_its_form(forms: Forms) -> None:
    here = forms.here
    form = forms.form("cull", subject_id=here.mouse)
    form.save()
    assert form.view.said("actual_severity") == "The actual severity of M1 is not recorded."
    form.view.put("actual_severity", 2)
    form.save()
    assert form.strip.text() == "Saved."
    assert row(here.db, Subject, here.mouse)["actual_severity"] == 2
    assert form.view.words("actual_severity") == "Mild"


def test_a_note_can_be_about_a_record_of_any_table(forms: Forms) -> None:
    kinds = [kind for kind, _ in ABOUT]
    assert sorted(kinds) == sorted(table_names())
    strain = forms.here.add(Strain, name="129X9")
    form = forms.form("note", text="Snaps.")
    form.view.put("object_id", Labelled(("strain", strain), {strain: "129X9"}))
    form.save()
    assert form.strip.text() == "Saved."
    (note,) = rows(forms.here.db, Note)
    assert (note["content_type"], note["object_id"]) == ("strain", strain)


def test_what_was_saved_again_elsewhere_is_not_offered_to_be_undone(forms: Forms) -> None:
    strain = forms.here.add(Strain, name="B6 of old")
    form, other = forms.form("strain", strain), forms.form("strain", strain)
    form.view.put("description", "Mine.")
    form.save()
    forms.desk.bus.publish({"strain": frozenset({strain})})  # of one's own entry
    assert (form.strip.text(), form.strip.acts()) == ("Saved.", ["Undo"])
    assert other.view.value("description") == "Mine."
    other.view.put("description", "Theirs.")
    other.save()
    assert (other.strip.text(), other.strip.acts()) == ("Saved.", ["Undo"])
    assert form.view.value("description") == "Theirs."
    assert (form.strip.text(), form.strip.acts()) == ("Saved. It was changed again since, elsewhere.", [])
    form.view.put("description", "Mine again.")
    form.save()
    assert (form.strip.text(), form.strip.acts()) == ("Saved.", ["Undo"])
    form.undo()
    assert form.view.value("description") == "Theirs."


def test_what_somebody_else_deletes_while_one_types_is_said_so_at_once(forms: Forms) -> None:
    strain = forms.here.add(Strain, name="B6 of old")
    form = forms.form("strain", strain)
    form.view.put("description", "typed")
    with forms.here.db.engine.begin() as connection:
        connection.execute(Strain.__table__.delete().where(Strain.__table__.c.id == strain))
    forms.desk.bus.publish({"strain": [strain]})
    assert form.strip.text() == "Somebody else has deleted this record. What you typed is kept."
    assert form.strip.acts() == ["Make it anew", "Discard"]
    assert form.view.value("description") == "typed"


def test_enter_answers_what_is_asked(forms: Forms) -> None:
    made = forms.here.add(Strain, name="129X9")
    form = forms.form("strain", made)
    form.delete_button.setFocus()
    press(Key.Key_Return)
    assert form.strip.acts() == ["Delete", "Keep"]
    press(Key.Key_Return)
    assert form.strip.text() == "“129X9” is deleted."
    assert rows(forms.here.db, Strain, id=made) == []


def test_an_undo_that_is_refused_does_not_stand_before_the_others(forms: Forms) -> None:
    here = forms.here
    first, second = here.add(Strain, name="129X9"), here.add(Strain, name="129X1")
    form = forms.form("strain", first)
    for row_id in (first, second):
        form.open(row_id)
        form.view.put("description", "coat agouti")
        form.save()
    with here.db.unit(uuid4(), "test", here.bob, NOW) as unit:
        unit.update(Strain, second, {"description": "coat white"})
    form.undo()
    assert not form.strip.text().startswith("Undone")
    assert row(here.db, Strain, second)["description"] == "coat white"
    form.undo()
    assert form.strip.text() == "Undone: “129X9” is as it was before."
    assert row(here.db, Strain, first)["description"] is None
