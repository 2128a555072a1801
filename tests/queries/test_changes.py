"""The history of an animal, field by field, in words."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.catalogue import class_of
from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Allele,
    Cull,
    Line,
    Note,
    Project,
    Sequence,
    Subject,
    Surgery,
    Zygosity,
    subject_project,
)
from colonydesk.queries import changes as module
from colonydesk.queries.changes import Changes, changes
from colonydesk.services.weights import CorrectWeighing, correct_weighing, record_weighing
from tests.builders import NOW, Scene, plans, scene, weighing
from tests.queries.colony import counted
from tests.services.saving import act, delete, save, take_back
from tests.services.saving import change as change_record

MINUTE = timedelta(minutes=1)
TODAY = date(2026, 3, 10)


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def seen(of: Scene, older: int | None = None, subject_id: UUID | None = None) -> Changes:
    with of.db.read() as connection:
        return changes(connection, subject_id or of.mouse, older)


def change(of: Scene, minute: int = 0, user: UUID | None = None, **values: Any) -> None:
    with of.db.unit(uuid4(), "test", user or of.ann, NOW + minute * MINUTE) as unit:
        unit.update(Subject, of.mouse, values)


def test_fields_with_labels_and_words_the_newest_first(here: Scene) -> None:
    line = here.add(Line, nickname="Ai32")
    change(here, 0, nickname="M1b", cage="A2", responsible_user_id=here.ann)
    change(here, 1, here.bob, responsible_user_id=here.bob, line_id=line, sex="F", actual_severity=3)
    found = seen(here).lines
    assert [(one.user, one.field, one.before, one.after) for one in found] == [
        ("bob", "sex", "male", "female"),
        ("bob", "line", None, "Ai32"),
        ("bob", "responsible_user", "ann", "bob"),
        ("bob", "actual_severity", None, "Moderate"),
        ("ann", "nickname", "M1", "M1b"),
        ("ann", "responsible_user", None, "ann"),
        ("ann", "cage", "A1", "A2"),
    ]
    assert {(one.table, one.row_id, one.action) for one in found} == {("subject", here.mouse, "update")}
    assert (found[0].at, found[-1].at) == (NOW + MINUTE, NOW)
    assert found[0].workstation


def test_records_that_came_and_went_and_lists(here: Scene) -> None:
    surgery, project = uuid4(), here.add(Project, name="Vision")
    allele = here.add(Allele, nickname="Cre")
    with here.db.unit(uuid4(), "test", here.ann, NOW) as unit:
        values = {"subject_id": here.mouse, "implant_weight": 1.2, "outcome_type": "r", "start_time": NOW}
        unit.insert(Surgery, {"id": surgery, **values})
        unit.link(subject_project, here.mouse, project)
        zygosity = {"id": uuid4(), "subject_id": here.mouse, "allele_id": allele, "zygosity": 1}
        unit.insert(Zygosity, zygosity)
        unit.update(Surgery, surgery, {"outcome_type": "a"})
    new, linked, found, changed = reversed(seen(here).lines)
    assert (new.action, new.table, new.row_id, new.field) == ("insert", "surgery", surgery, "")
    assert dict(new.values) == {"implant_weight": 1.2, "outcome_type": "recovery", "start_time": NOW}
    assert (linked.table, linked.action) == ("subject_project", "link")
    assert (linked.field, linked.before, linked.after) == ("project", None, "Vision")
    assert dict(found.values) == {"allele_id": "Cre", "zygosity": "Heterozygous"}
    assert (changed.field, changed.before, changed.after) == ("outcome_type", "recovery", "acute")


def test_of_the_daily_numbers_those_that_were_corrected(here: Scene) -> None:
    first = weighing(here, 22.0, NOW - timedelta(hours=3))
    record_weighing(here.db, first, NOW - timedelta(hours=3))
    assert seen(here).lines == ()
    right = CorrectWeighing(
        command_id=uuid4(), id=uuid4(), weighing_id=first.id, user_id=here.bob, weight=21.0
    )
    correct_weighing(here.db, right, NOW)
    lines = seen(here).lines
    assert {(one.action, one.row_id) for one in lines} == {("update", first.id), ("insert", first.id)}
    reason = next(one for one in lines if one.field == "void_reason")
    assert (reason.user, reason.before, reason.after) == ("bob", None, "corrected")
    assert next(one.after for one in lines if one.field == "superseded_by") == "21 g, 10 Mar 2026"


def test_what_a_line_names_may_be_gone(here: Scene) -> None:
    line = here.add(Line, nickname="Ai32")
    change(here, 0, line_id=line)
    change(here, 1, line_id=None)
    with here.db.unit(uuid4(), "test", here.ann, NOW) as unit:
        unit.delete(Line, line)
    found = seen(here).lines
    assert [(one.before, one.after) for one in found] == [
        ("a record that is no longer there", None),
        (None, "a record that is no longer there"),
    ]


def kinds(found: Changes) -> list[tuple[str, str, bool]]:
    """What came and went, the first one first: (table, action, whether it is there)."""
    whole = [one for one in found.lines if one.field == ""]
    return [(one.table, one.action, one.is_there) for one in reversed(whole)]


def test_records_that_were_deleted_came_and_went(here: Scene) -> None:
    """With all that was changed of them in between, and not by their animal's own entries."""
    with here.db.unit(uuid4(), "test", here.ann, NOW) as unit:
        note = {"id": uuid4(), "content_type": "subject", "object_id": here.mouse, "date_time": NOW}
        unit.insert(Note, note)
        unit.insert(Surgery, surgery := {"id": uuid4(), "subject_id": here.mouse, "narrative": "a"})
        unit.update(Surgery, surgery["id"], {"narrative": "b"})
        unit.delete(Surgery, surgery["id"])
        unit.delete(Note, note["id"])
        other = {"id": uuid4(), "content_type": "lab", "object_id": here.mouse, "date_time": NOW}
        unit.insert(Note, other)
        unit.delete(Note, other["id"])
    found = seen(here)
    assert kinds(found) == [
        ("note", "insert", False),
        ("surgery", "insert", False),
        ("surgery", "delete", False),
        ("note", "delete", False),
    ]
    (changed,) = (one for one in found.lines if one.field)
    assert (changed.field, changed.before, changed.after) == ("narrative", "a", "b")
    gone = next(one for one in found.lines if one.action == "delete" and one.table == "surgery")
    assert dict(gone.values)["narrative"] == "b"
    assert kinds(seen(here, subject_id=here.subject("M2"))) == []


def test_a_deleted_cull_is_told(here: Scene) -> None:
    which = act(here, "cull", date=TODAY, description="as planned", confirmed=frozenset({"severity"}))
    gone = delete(here, Cull, which)
    assert kinds(seen(here)) == [("cull", "insert", False), ("cull", "delete", False)]
    deaths = [(one.before, one.after) for one in seen(here).lines if one.field == "death_date"]
    assert deaths == [(TODAY, None), (None, TODAY)]
    take_back(here, gone)
    assert kinds(seen(here)) == [
        ("cull", "insert", True),
        ("cull", "delete", True),
        ("cull", "insert", True),
    ]


@pytest.mark.parametrize("table", ["virus_injection", "session", "other_action", "note", "genotype_test"])
def test_whatever_is_deleted_through_its_form_is_told(here: Scene, table: str) -> None:
    values: dict[str, Any] = {"subject_id": here.mouse}
    if table == "note":
        values = {"text": "ear", "content_type": "subject", "object_id": here.mouse}
    elif table == "genotype_test":
        values |= {"sequence_id": here.add(Sequence, name="Cre"), "test_result": 1}
    done = delete(here, class_of(table), save(here, table, **values))
    assert here.mouse in done.changed["subject"], "the page reads again"
    assert kinds(seen(here)) == [(table, "insert", False), (table, "delete", False)]


def test_a_record_that_went_to_another_animal_was_here_until_then(here: Scene) -> None:
    other = here.subject("M2")
    surgery = act(here, "surgery", narrative="a", start_time=NOW)
    change_record(here, Surgery, surgery, subject_id=other)
    change_record(here, Surgery, surgery, narrative="b")
    assert kinds(seen(here)) == [("surgery", "insert", False)]
    assert "narrative" not in {one.field for one in seen(here).lines}
    assert kinds(seen(here, subject_id=other)) == [("surgery", "insert", True)]


def test_a_page_at_a_time(here: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    for minute in range(7):
        change(here, minute, cage=f"C{minute}")
    whole = seen(here)
    assert whole.older is None
    monkeypatch.setattr(module, "PAGE", 3)
    monkeypatch.setattr(module, "_entries", module._entries.limit(4))
    monkeypatch.setattr(module, "_before", module._before.limit(4))
    pages, older = [], None
    while True:
        page = seen(here, older)
        pages.append(page.lines)
        older = page.older
        if older is None:
            break
    assert [len(page) for page in pages] == [3, 3, 1]
    assert sum(pages, ()) == whole.lines


def test_the_number_of_statements_is_constant(here: Scene) -> None:
    change(here, 0, responsible_user_id=here.ann)
    with counted(here.db) as few:
        seen(here)
    for minute in range(20):
        line = here.add(Line, nickname=f"L{minute}")
        change(here, minute, line_id=line, cage=f"C{minute}", responsible_user_id=here.bob)
    with counted(here.db) as many:
        assert len(seen(here).lines) > 40
    assert len(few) == len(many) == 3


def test_the_indexes_are_asked(here: Scene) -> None:
    change(here, 0, responsible_user_id=here.ann)
    found = plans(here.db, lambda: seen(here))
    assert "ix_audit_entry_row_id" in found
    assert "ix_audit_entry_was_of" in found
    for whole in ("scan audit_entry", "scan weighing", "scan session", "seq scan on audit_entry"):
        assert whole not in found
