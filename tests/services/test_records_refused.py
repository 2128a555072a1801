"""What a record is refused for, at its field and in words; what is asked; what two at a time do."""

from contextlib import closing
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import (
    AuditEntry,
    Dataset,
    FileRecord,
    GrowthPoint,
    Lab,
    LabMembership,
    Line,
    Note,
    Project,
    Source,
    Strain,
    Subject,
    SubjectRequest,
    Surgery,
    VirusInjection,
    ZygosityRule,
    surgery_procedure,
)
from colonydesk.domain.errors import Conflict, Doubtful, Refused
from colonydesk.queries.records import record
from colonydesk.services.records import DeleteRecord, SaveRecord, delete_record, save_record
from colonydesk.services.undo import undo
from tests.builders import NOW, fails_whole, nothing_written, row, rows
from tests.db.faults import plain
from tests.queries.colony import counted
from tests.services.every_table import World, world

LAB = {"name": "X", "reference_weight_pct": 0.85}


@pytest.fixture
def here(db: Database) -> World:
    return world(db)


def saving(of: World, table: str, values: dict[str, Any], **more: Any) -> SaveRecord:
    usual: dict[str, Any] = {"command_id": uuid4(), "id": uuid4(), "user_id": of["lab_member"]}
    return SaveRecord(table=table, values=values, **{**usual, **more})


def deleting(of: World, table: str, row_id: UUID, **more: Any) -> DeleteRecord:
    usual: dict[str, Any] = {"command_id": uuid4(), "user_id": of["lab_member"], "version": 1}
    return DeleteRecord(table=table, id=row_id, **{**usual, **more})


def refused(of: World, table: str, values: dict[str, Any], **more: Any) -> tuple[str, str]:
    with nothing_written(of.of.db), pytest.raises(Refused) as error:
        save_record(of.of.db, saving(of, table, values, **more), NOW)
    return error.value.field, plain(error.value)


@pytest.mark.parametrize(
    ("table", "values", "field", "words"),
    [
        ("strain", {}, "name", "Give the name."),
        ("strain", {"name": "  "}, "name", "Give the name."),
        ("strain", {"name": 7}, "name", "The name must be a text."),
        ("strain", {"name": "a\0b"}, "name", "cannot be stored"),
        ("strain", {"name": "a\ud800b"}, "name", "cannot be stored"),
        ("strain", {"name": "X", "json": {"a": [{"b": "c\0"}]}}, "json", "cannot be stored"),
        ("strain", {"name": "X", "json": {"a\udfff": 1}}, "json", "cannot be stored"),
        ("lab", {**LAB, "absolute_min_pct": 10**400}, "absolute_min_pct", "too large"),
        (
            "growth_point",
            {"sex": "M", "week": 3, "mean_g": 5, "sd_g": 1},
            "growth_curve_id",
            "Give the growth curve.",
        ),
        ("project", {"name": "Decision making"}, "name", "There is a project Decision making already."),
        ("lab", {**LAB, "reference_weight_pct": 1.5}, "reference_weight_pct", "between 0 and 1"),
        ("lab", {**LAB, "reference_weight_pct": "85"}, "reference_weight_pct", "must be a number"),
        (
            "lab",
            {"name": "X", "reference_weight_pct": float("nan")},
            "reference_weight_pct",
            "must be a number",
        ),
        (
            "lab",
            {**LAB, "absolute_min_pct": None},
            "absolute_min_pct",
            "Give the absolute min share.",
        ),
        ("lab", {**LAB, "reminder_hour": 3.5}, "reminder_hour", "must be a whole number"),
        ("lab", {**LAB, "reminder_hour": 2**40}, "reminder_hour", "too large"),
        ("lab", {**LAB, "growth_mode": "cubic"}, "growth_mode", "cubic is no growth mode."),
        ("lab", {**LAB, "food_id": UUID(int=5)}, "food_id", "This food is no longer in the database."),
        ("species", {"nickname": "V", "usual_weight_min": 0}, "usual_weight_min", "must be more than 0 g"),
        (
            "species",
            {"nickname": "V", "usual_weight_min": 9, "usual_weight_max": 8},
            "usual_weight_max",
            "must be more than the usual weight min (9 g)",
        ),
        (
            "data_repository",
            {"name": "X", "globus_endpoint_id": "no"},
            "globus_endpoint_id",
            "not the form of",
        ),
        ("imported_record", {"model": "a", "pk": "1", "json": ["x"]}, "json", "structured text"),
        ("dataset", {"file_size": -1}, "file_size", "must be at least 0 bytes"),
        ("subject_request", {"count": True}, "count", "must be a whole number"),
        ("subject_request", {"due_date": NOW}, "due_date", "must be a date"),
        ("subject_request", {"date_time": NOW.replace(tzinfo=None)}, "date_time", "needs a time zone"),
        ("subject_request", {"date_time": NOW.date()}, "date_time", "must be a date and a time"),
        ("line", {"nickname": "X", "is_active": "yes"}, "is_active", "must be yes or no"),
        ("weighing", {"weight": 20.0}, "subject_id", "Give the subject."),
        ("audit_entry", {"action": "x"}, "", "is written by the program alone"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    here: World, table: str, values: dict[str, Any], field: str, words: str
) -> None:
    found_field, found_words = refused(here, table, values)
    assert found_field == field
    assert words in found_words


def test_values_that_only_together_are_taken(here: World) -> None:
    curve = here["growth_curve"]
    values = {"growth_curve_id": curve, "sex": "M", "week": 4, "mean_g": 15.0, "sd_g": 2.0}
    save_record(here.of.db, saving(here, "growth_point", values), NOW)
    field, words = refused(here, "growth_point", values)
    assert field == "growth_curve_id"
    assert words == "There is a growth point with the same growth curve, sex and week already."
    save_record(here.of.db, saving(here, "growth_point", {**values, "week": 5}), NOW)
    assert len(rows(here.of.db, GrowthPoint)) == 2


def test_what_is_there_already_wrongly_may_stay(here: World) -> None:
    """A rule is asked about what changes, not about what an import brought."""
    lab = here.of.add(Lab, name="Odd lab", timezone="UTC")
    with here.of.db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE lab SET timezone = '' WHERE name = 'Odd lab'")
    save_record(here.of.db, saving(here, "lab", {"address": "Road 1"}, id=lab, version=1), NOW)
    assert row(here.of.db, Lab, lab)["address"] == "Road 1"


def test_a_field_that_is_not_there_is_a_mistake_of_ours(here: World) -> None:
    for values, links in (
        ({"nose": 1}, {}),
        ({"password": "x"}, {}),
        ({"name": "x"}, {"noses": frozenset()}),
    ):
        with pytest.raises(KeyError):
            save_record(here.of.db, saving(here, "lab_member", values, links=links), NOW)


def test_saving_is_whole_and_repeatable(here: World) -> None:
    values = {"subject_id": here["subject"], "start_time": NOW, "narrative": " two\nlines "}
    links = {"users": frozenset({here["lab_member"]}), "procedures": frozenset({here["procedure_type"]})}
    command = saving(here, "other_action", values, links=links)
    first = fails_whole(here.of.db, lambda db: save_record(db, command, NOW))
    with nothing_written(here.of.db):
        again = save_record(here.of.db, command, NOW)
    assert again.repeated
    assert again.changed == first.changed
    with here.of.db.read() as connection:
        found = record(connection, "other_action", command.id)
    assert found is not None
    assert found.values["narrative"] == "two\nlines"
    nothing = saving(here, "other_action", {"narrative": "two\nlines"}, id=command.id, version=found.version)
    assert "other_action" not in save_record(here.of.db, nothing, NOW).changed


def test_links_are_audited_and_keep_stale_forms_from_saving(here: World) -> None:
    surgery = here.of.add(Surgery, subject_id=here["subject"], start_time=NOW, lab_id=here["lab"])
    ann, bob = here["lab_member"], here.of.bob

    def linking(version: int, *users: UUID) -> SaveRecord:
        return saving(here, "surgery", {}, id=surgery, version=version, links={"users": frozenset(users)})

    first = linking(1, ann)
    save_record(here.of.db, first, NOW)
    assert row(here.of.db, Surgery, surgery)["version"] == 2
    with pytest.raises(Conflict):
        save_record(here.of.db, linking(1, bob), NOW)
    second = linking(2, bob)
    assert surgery in save_record(here.of.db, second, NOW).changed["surgery"]
    entries = rows(here.of.db, AuditEntry, command_id=second.command_id)
    assert {(one["action"], one["table_name"]) for one in entries} >= {
        ("link", "surgery_user"),
        ("unlink", "surgery_user"),
    }
    undone = undo(here.of.db, uuid4(), second.command_id, ann, NOW)
    assert surgery in undone.changed["surgery"]
    with here.of.db.read() as connection:
        found = record(connection, "surgery", surgery)
    assert found is not None
    assert found.links["users"] == (ann,)
    assert found.version > 3
    field, words = refused(
        here, "surgery", {}, id=surgery, version=found.version, links={"users": frozenset({UUID(int=9)})}
    )
    assert (field, words) == ("users", "A member that was chosen is no longer in the database.")


def test_the_undo_of_a_link_that_changed_since_is_refused(here: World) -> None:
    surgery = here.of.add(Surgery, subject_id=here["subject"], start_time=NOW, lab_id=here["lab"])
    kind = frozenset({here["procedure_type"]})
    add = saving(here, "surgery", {}, id=surgery, version=1, links={"procedures": kind})
    save_record(here.of.db, add, NOW)
    version = row(here.of.db, Surgery, surgery)["version"]
    take = saving(here, "surgery", {}, id=surgery, version=version, links={"procedures": frozenset()})
    save_record(here.of.db, take, NOW)
    with pytest.raises(Refused, match="changed again since"):
        undo(here.of.db, uuid4(), add.command_id, here["lab_member"], NOW)
    undo(here.of.db, uuid4(), take.command_id, here["lab_member"], NOW)
    undo(here.of.db, uuid4(), add.command_id, here["lab_member"], NOW)
    with here.of.db.read() as connection:
        assert connection.execute(select(surgery_procedure)).all() == []


def test_a_project_shows_its_animals_and_can_be_given_some(here: World) -> None:
    """The other side of the animals' own projects."""
    mouse, other = here["subject"], here.of.subject("M2")
    command = saving(here, "project", {"name": "Learning"}, links={"subjects": frozenset({mouse, other})})
    save_record(here.of.db, command, NOW)
    with here.of.db.read() as connection:
        project = record(connection, "project", command.id)
        animal = record(connection, "subject", mouse)
    assert project is not None
    assert animal is not None
    assert set(project.links["subjects"]) == {mouse, other}
    assert project.labels[other] == "M2"
    assert animal.links["projects"] == (command.id,)
    with pytest.raises(Refused, match="Learning cannot be deleted: 2 subjects refer to it"):
        delete_record(here.of.db, deleting(here, "project", command.id), NOW)
    undo(here.of.db, uuid4(), command.command_id, here["lab_member"], NOW)
    assert [one["name"] for one in rows(here.of.db, Project)] == ["Decision making"]


def test_what_others_refer_to_is_not_deleted(here: World) -> None:
    line = here["line"]
    here.of.subject("M2", line_id=line)
    here.of.subject("M3", line_id=line)
    here.of.add(SubjectRequest, line_id=line)
    with nothing_written(here.of.db), pytest.raises(Refused) as error:
        delete_record(here.of.db, deleting(here, "line", line), NOW)
    words = "CK cannot be deleted: 1 breeding pair, 2 subjects and 1 request refer to it."
    assert plain(error.value) == words
    here.of.add(Note, content_type="source", object_id=here["source"], date_time=NOW, text="x")
    with pytest.raises(Refused, match="Own breeding cannot be deleted: 1 note refers to it"):
        delete_record(here.of.db, deleting(here, "source", here["source"]), NOW)
    surgery = here.of.add(Surgery, subject_id=here["subject"])
    with here.of.db.engine.begin() as connection:
        link = {"surgery_id": surgery, "procedure_type_id": here["procedure_type"]}
        connection.execute(surgery_procedure.insert(), link)
    with pytest.raises(Refused, match="Handling cannot be deleted: 1 surgery refers to it"):
        delete_record(here.of.db, deleting(here, "procedure_type", here["procedure_type"]), NOW)


def test_parts_go_with_their_whole_when_that_is_confirmed(here: World) -> None:
    dataset, line = here["dataset"], here["line"]
    for number in range(2):
        path = f"a{number}"
        here.of.add(
            FileRecord, dataset_id=dataset, data_repository_id=here["data_repository"], relative_path=path
        )
    with nothing_written(here.of.db), pytest.raises(Doubtful) as doubt:
        delete_record(here.of.db, deleting(here, "dataset", dataset), NOW)
    assert [question.code for question in doubt.value.questions] == ["parts"]
    assert plain(doubt.value) == "2 file records of it go too."
    command = deleting(here, "dataset", dataset, confirmed=frozenset({"parts"}))
    delete_record(here.of.db, command, NOW)
    assert rows(here.of.db, FileRecord) == rows(here.of.db, Dataset) == []
    undo(here.of.db, uuid4(), command.command_id, here["lab_member"], NOW)
    assert len(rows(here.of.db, FileRecord)) == 2
    rule = {"allele_id": here["allele"], "zygosity": 3}
    here.of.add(ZygosityRule, line_id=line, **rule)
    with pytest.raises(Refused, match="1 breeding pair refers"):
        delete_record(here.of.db, deleting(here, "line", line), NOW)


def test_a_member_who_recorded_something_is_not_deleted(here: World) -> None:
    save_record(here.of.db, saving(here, "strain", {"name": "x"}, user_id=here.of.bob), NOW)
    here.of.add(LabMembership, user_id=here.of.bob, lab_id=here["lab"])
    with pytest.raises(Refused):
        delete_record(here.of.db, deleting(here, "lab_member", here.of.bob), NOW)


def test_a_field_that_was_emptied_against_its_default_stays_so_through_every_undo(here: World) -> None:
    """An injection is by iontophoresis where nothing is said; nothing is not nothing said."""
    values = {"subject_id": here["subject"], "start_time": NOW, "injection_type": None}
    made = saving(here, "virus_injection", values)
    save_record(here.of.db, made, NOW)
    assert row(here.of.db, VirusInjection, made.id)["injection_type"] is None
    gone = deleting(here, "virus_injection", made.id)
    delete_record(here.of.db, gone, NOW)
    undo(here.of.db, uuid4(), gone.command_id, here["lab_member"], NOW)
    assert row(here.of.db, VirusInjection, made.id)["injection_type"] is None
    undone = undo(here.of.db, uuid4(), made.command_id, here["lab_member"], NOW)
    undo(here.of.db, uuid4(), undone.command_id, here["lab_member"], NOW)
    assert row(here.of.db, VirusInjection, made.id)["injection_type"] is None


def test_what_is_referred_to_by_now_is_not_undone(here: World) -> None:
    made = saving(here, "strain", {"name": "Odin"})
    save_record(here.of.db, made, NOW)
    line = here.of.add(Line, nickname="X", strain_id=made.id)
    with pytest.raises(Refused, match="linked to 1 line by now"):
        undo(here.of.db, uuid4(), made.command_id, here["lab_member"], NOW)
    assert row(here.of.db, Line, line)["strain_id"] == made.id
    project = saving(here, "project", {"name": "Later"})
    save_record(here.of.db, project, NOW)
    people = saving(
        here, "project", {}, id=project.id, version=1, links={"users": frozenset({here["lab_member"]})}
    )
    save_record(here.of.db, people, NOW)
    with pytest.raises(Refused, match="linked to 1 member by now"):
        undo(here.of.db, uuid4(), project.command_id, here["lab_member"], NOW)


@pytest.mark.parametrize(
    ("table", "values", "field"),
    [
        ("project", {"name": "The same"}, "name"),
        ("subject", {"nickname": "The-same"}, "nickname"),
        ("allele", {"nickname": "The same"}, "nickname"),
    ],
)
def test_of_two_who_give_a_name_at_once_one_is_told(
    here: World, database_url: str, table: str, values: dict[str, Any], field: str
) -> None:
    """The second looks before the first has committed, and writes after: on a server only."""
    if here.of.db.dialect == "sqlite":
        return  # one writer at a time
    if table == "subject":
        values = {**values, "lab_id": here["lab"], "sex": "M"}
    done: list[bool] = []
    with closing(open_database(database_url)) as other:

        def quicker(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.startswith(f"INSERT INTO {table} ") and not done:
                done.append(True)
                save_record(other, saving(here, table, values), NOW)

        event.listen(here.of.db.engine, "before_cursor_execute", quicker)
        with pytest.raises(Refused) as error:
            save_record(here.of.db, saving(here, table, values), NOW)
    assert done
    assert error.value.field == field
    assert "already" in plain(error.value)


def test_a_reference_that_goes_at_the_last_moment_is_told_at_its_field(
    here: World, database_url: str
) -> None:
    if here.of.db.dialect == "sqlite":
        return  # one writer at a time
    source = here.of.add(Source, name="short-lived")
    done: list[bool] = []
    with closing(open_database(database_url)) as other:

        def quicker(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.startswith("INSERT INTO line ") and not done:
                done.append(True)
                delete_record(other, deleting(here, "source", source), NOW)

        event.listen(here.of.db.engine, "before_cursor_execute", quicker)
        with pytest.raises(Refused) as error:
            save_record(here.of.db, saving(here, "line", {"nickname": "X", "source_id": source}), NOW)
    assert error.value.field == "source_id"
    assert "deleted" in plain(error.value)


def test_the_statements_do_not_grow_with_the_books(here: World) -> None:
    def sent() -> int:
        with counted(here.of.db) as statements:
            save_record(here.of.db, saving(here, "strain", {"name": uuid4().hex}), NOW)
        return len(statements)

    first = sent()
    for number in range(20):
        here.of.add(Strain, name=f"s{number}")
        here.of.add(Subject, nickname=f"s{number}")
    assert sent() == first
