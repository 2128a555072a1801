"""The records of any table: fields, one record, lists, choices, and what refers to what."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.catalogue import OWN_BOOKS, class_of, table_names, table_of
from colonydesk.db.catalogue.fields import BOOKKEEPING
from colonydesk.db.catalogue.naming import label_paths, naming
from colonydesk.db.catalogue.paths import field_at
from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Base,
    BreedingPair,
    Cull,
    Dataset,
    FileRecord,
    Housing,
    LabMember,
    Line,
    Note,
    Strain,
    Surgery,
    Weighing,
    session_user,
    surgery_user,
)
from colonydesk.queries.records import (
    Choice,
    choices,
    fields,
    label_of,
    links,
    record,
    record_ids,
    record_rows,
    referring,
)
from tests.builders import NOW
from tests.queries.colony import counted
from tests.services.every_table import World, world

DAY = timedelta(days=1)


@pytest.fixture
def here(db: Database) -> World:
    return world(db)


def ids(of: World, table: str, *arguments: Any, **more: Any) -> list[UUID]:
    with of.of.db.read() as connection:
        return list(record_ids(connection, table, *arguments, **more))


def names(of: World, table: str, *arguments: Any, **more: Any) -> list[str]:
    found = ids(of, table, *arguments, **more)
    with of.of.db.read() as connection:
        labels = label_of(connection, table, found)
    return [labels[one] for one in found]


# The fields


def test_every_table_but_the_programs_own_books_has_fields() -> None:
    expected = {table.name for table in Base.metadata.sorted_tables if "id" in table.c}
    assert set(table_names()) == expected - OWN_BOOKS
    for table in table_names():
        assert class_of(table).__tablename__ == table
        columns = {column.key for column in table_of(table).c}
        assert set(fields(table)) == columns - BOOKKEEPING - {"password"}
        for link in links(table).values():
            assert link.target in table_names()
        for path in (*label_paths(table), *naming(table).search, *naming(table).detail, naming(table).first):
            field_at(table, path)
    with pytest.raises(KeyError):
        fields("noses")


@pytest.mark.parametrize(
    ("table", "name", "expected"),
    [
        ("subject", "nickname", {"kind": "text", "required": False}),
        ("subject", "sex", {"kind": "choice", "default": "U", "required": True}),
        ("subject", "line_id", {"kind": "reference", "target": "line", "required": False}),
        ("subject", "birth_date", {"kind": "date"}),
        ("subject", "to_be_culled", {"kind": "boolean", "default": False}),
        ("subject", "description", {"kind": "long"}),
        ("subject", "json", {"kind": "json"}),
        ("weighing", "weight", {"kind": "number", "unit": "g", "required": True}),
        ("weighing", "date_time", {"kind": "moment", "required": True}),
        ("virus_injection", "injection_volume", {"unit": "nL"}),
        ("virus_injection", "injection_type", {"default": "I", "required": False}),
        ("line", "nickname", {"unique": True, "required": True}),
        ("line", "wean_days", {"kind": "integer", "unit": "days", "default": 21}),
        ("litter", "name", {"unique": True, "required": False}),
        ("dataset", "tags", {"kind": "list"}),
        ("dataset", "md5", {"kind": "text"}),
        ("note", "image", {"kind": "image"}),
        ("note", "object_id", {"kind": "reference", "target": ""}),
        ("session", "qc", {"kind": "choice", "default": 0}),
    ],
)
def test_a_field_says_what_a_form_needs(table: str, name: str, expected: dict[str, Any]) -> None:
    field = fields(table)[name]
    assert {key: getattr(field, key) for key in expected} == expected


def test_codes_have_words_and_only_those_that_the_table_takes() -> None:
    assert fields("subject")["sex"].codes == (("M", "male"), ("F", "female"), ("U", "unknown"))
    assert fields("growth_point")["sex"].codes == (("M", "male"), ("F", "female"))
    assert dict(fields("session")["qc"].codes)[10] == "pass"
    with_check = {
        (table, column.key)
        for table in table_names()
        for column in table_of(table).columns
        for constraint in table_of(table).constraints
        if f"{column.key} IN (" in str(getattr(constraint, "sqltext", ""))
    }
    for table, name in with_check:
        assert fields(table)[name].kind == "choice", (table, name)


def test_the_links() -> None:
    assert {name: link.target for name, link in links("session").items()} == {
        "users": "lab_member",
        "procedures": "procedure_type",
        "projects": "project",
    }
    assert set(links("lab_member")) == {"allowed_users"}
    assert links("strain") == {}


# One record


def test_a_record_has_its_values_links_and_what_these_are_called(here: World) -> None:
    surgery = here.of.add(
        Surgery, subject_id=here["subject"], lab_id=here["lab"], start_time=NOW, outcome_type="r"
    )
    with here.of.db.engine.begin() as connection:
        for user in (here.of.bob, here["lab_member"]):
            connection.execute(surgery_user.insert(), {"surgery_id": surgery, "user_id": user})
    with here.of.db.read() as connection, counted(here.of.db) as sent:
        found = record(connection, "surgery", surgery)
    assert len(sent) == 3
    assert found is not None
    assert (found.table, found.id, found.version) == ("surgery", surgery, 1)
    assert found.values["outcome_type"] == "r"
    assert found.values["start_time"] == NOW
    assert found.links == {"users": (here["lab_member"], here.of.bob), "procedures": ()}
    assert found.labels == {
        here["subject"]: "M1",
        here["lab"]: "Hale lab",
        here["lab_member"]: "ann",
        here.of.bob: "bob",
    }
    with here.of.db.read() as connection:
        assert record(connection, "surgery", uuid4()) is None


def test_a_note_says_what_it_is_about(here: World) -> None:
    note = here.of.add(Note, date_time=NOW, text="x", content_type="line", object_id=here["line"])
    other = here.of.add(Note, date_time=NOW, text="x", content_type="old.thing", object_id=uuid4())
    with here.of.db.read() as connection:
        found, strange = (record(connection, "note", one) for one in (note, other))
    assert found is not None
    assert found.labels == {here["line"]: "CK"}
    assert strange is not None
    assert strange.labels == {}


def test_ids_of_others_are_text(here: World) -> None:
    sum_ = UUID("d41d8cd98f00b204e9800998ecf8427e")
    dataset = here.of.add(Dataset, name="x", md5=sum_)
    with here.of.db.read() as connection:
        found = record(connection, "dataset", dataset)
        (row,) = record_rows(connection, "dataset", [dataset], ["md5"]).values()
    assert found is not None
    assert found.values["md5"] == row.cells["md5"] == "d41d8cd98f00b204e9800998ecf8427e"


# Lists


def test_the_cells_are_words(here: World) -> None:
    mother = here["mother"]
    pair = here.of.add(
        BreedingPair, name="BP", line_id=here["line"], mother1_id=mother, father_id=here["subject"]
    )
    session = here["session"]
    with here.of.db.engine.begin() as connection:
        for user in (here.of.bob, here["lab_member"]):
            connection.execute(session_user.insert(), {"session_id": session, "user_id": user})
    with here.of.db.read() as connection:
        rows = record_rows(
            connection,
            "breeding_pair",
            [pair, uuid4()],
            ["name", "line_id", "mother1_id", "father_id.sex", "mother2_id"],
        )
        (shown,) = record_rows(
            connection, "session", [session], ["qc", "users", "subject_id", "lab_id"]
        ).values()
        assert record_rows(connection, "session", [], ["qc"]) == {}
    assert list(rows) == [pair]
    assert rows[pair].cells == {
        "name": "BP",
        "line_id": "CK",
        "mother1_id": "F1",
        "father_id.sex": "male",
        "mother2_id": None,
    }
    assert shown.cells == {"qc": "not set", "users": "ann, bob", "subject_id": "M1", "lab_id": "Hale lab"}


def test_a_page_is_as_many_statements_as_a_row(here: World) -> None:
    sessions = [
        here.of.add(class_of("session"), subject_id=here["subject"], start_time=NOW) for _ in range(30)
    ]
    for some in (sessions[:1], sessions):
        with here.of.db.read() as connection, counted(here.of.db) as sent:
            assert len(
                record_rows(connection, "session", some, [*fields("session"), "users", "projects"])
            ) == len(some)
        assert len(sent) == 3


def test_text_is_found_in_any_case_beyond_ascii(here: World) -> None:
    for name in ("Ångström", "ångst", "Straße", "a_b", "axb", "50%"):
        here.of.add(Strain, name=name, description="Ölfarbe" if name == "a_b" else None)
    assert names(here, "strain", "ÅNGST") == ["ångst", "Ångström"]
    assert names(here, "strain", "ngSTR") == ["Ångström"]
    assert names(here, "strain", "a_b") == ["a_b"]
    assert names(here, "strain", "%") == ["50%"]
    assert names(here, "strain", "ölf A_") == ["a_b"]
    assert names(here, "strain", "ölf angst") == []
    assert len(names(here, "strain")) == 7


def test_lists_are_sorted_by_what_is_shown(here: World) -> None:
    first, second, third = (here.of.add(Strain, name=name) for name in ("b", "Ä", "a"))
    lines = [
        here.of.add(Line, nickname=name, strain_id=strain, wean_days=days)
        for name, strain, days in (("L1", first, 22), ("l2", second, 20), ("L3", None, 21), ("L4", third, 22))
    ]
    mine = {"id": tuple(lines)}
    assert names(here, "line", where=mine) == ["L1", "l2", "L3", "L4"]
    assert names(here, "line", descending=True, where=mine) == ["L4", "L3", "l2", "L1"]
    by_strain = names(here, "line", order="strain_id", where=mine)
    assert by_strain[-1] == "L3"
    assert by_strain.index("L4") < by_strain.index("L1")
    assert names(here, "line", order="strain_id", descending=True, where=mine)[-1] == "L3"
    by_days = ids(here, "line", order="wean_days", where=mine)
    assert by_days == [lines[1], lines[2], *sorted((lines[0], lines[3]), key=lambda id_: id_.hex)]


def test_what_was_done_comes_latest_first(here: World) -> None:
    days = [here.of.add(Surgery, subject_id=here["subject"], start_time=NOW - day * DAY) for day in (3, 1, 2)]
    unknown = here.of.add(Surgery, subject_id=here["subject"])
    assert ids(here, "surgery") == [days[1], days[2], days[0], unknown]
    assert ids(here, "surgery", descending=True) == [days[0], days[2], days[1], unknown]


def test_a_list_can_be_narrowed(here: World) -> None:
    surgeries = [
        here.of.add(Surgery, subject_id=here["subject"], start_time=NOW - day * DAY, outcome_type=kind)
        for day, kind in ((1, "r"), (2, "n"), (3, None))
    ]
    with here.of.db.engine.begin() as connection:
        connection.execute(surgery_user.insert(), {"surgery_id": surgeries[0], "user_id": here.of.bob})
    for where, expected in (
        ({"outcome_type": "r"}, [0]),
        ({"outcome_type": None}, [2]),
        ({"outcome_type": ("r", "n")}, [0, 1]),
        ({"outcome_type !=": "r"}, [1, 2]),
        ({"outcome_type !=": None}, [0, 1]),
        ({"start_time >=": NOW - 2 * DAY}, [0, 1]),
        ({"start_time <": NOW - 2 * DAY}, [2]),
        ({"users": here.of.bob}, [0]),
        ({"users": {here["lab_member"]}}, []),
        ({"subject_id.nickname": "M1", "outcome_type": "n"}, [1]),
        ({"subject_id.lab_id": here["lab"]}, [0, 1, 2]),
    ):
        assert ids(here, "surgery", where=where) == [surgeries[place] for place in expected], where


def test_it_is_one_statement_and_the_text_goes_through_references(here: World) -> None:
    surgery = here.of.add(Surgery, subject_id=here.of.subject("Ærø-7"), narrative="headplate")
    with counted(here.of.db) as sent:
        assert ids(
            here, "surgery", "ÆRØ head", order="subject_id", where={"subject_id.lab_id": here["lab"]}
        ) == [surgery]
    assert len(sent) == 1


# What records are called, and what a reference may be set to


def test_labels(here: World) -> None:
    cull = here.of.add(Cull, subject_id=here["subject"], date=date(2026, 3, 9))
    # 23:00 of the day before in the lab's zone
    weighing = here.of.add(Weighing, subject_id=here["subject"], date_time=NOW.replace(hour=3), weight=20.10)
    file = here.of.add(
        FileRecord,
        dataset_id=here["dataset"],
        data_repository_id=here["data_repository"],
        relative_path="a/b",
    )
    note = here.of.add(
        Note, date_time=NOW, text="so  much\nto " + "say " * 40, content_type="x", object_id=cull
    )
    nameless = here.of.add(BreedingPair)
    expected = {
        ("subject", here["subject"]): "M1",
        ("lab_member", here["lab_member"]): "ann",
        ("cull", cull): "M1, 9 Mar 2026",
        ("weighing", weighing): "20.1 g, 9 Mar 2026",
        ("file_record", file): "a/b, archive",
        ("growth_curve", here["growth_curve"]): "Rats, edition 1",
        ("breeding_pair", nameless): "unnamed breeding pair",
        ("note", note): f"so much to {'say ' * 11}say..., 10 Mar 2026".replace("say say...", "say..."),
    }
    with here.of.db.read() as connection:
        for (table, row_id), words in expected.items():
            found = label_of(connection, table, [row_id, uuid4()])
            if table == "note":
                assert found[row_id].startswith("so much to say say")
                assert found[row_id].endswith("..., 10 Mar 2026")
            else:
                assert found == {row_id: words}
        assert label_of(connection, "subject", []) == {}


def test_choices_begin_with_what_is_typed(here: World) -> None:
    for nickname in ("Åb", "XåB", "åbc"):
        here.of.add(Line, nickname=nickname, name=f"line {nickname}")
    with here.of.db.read() as connection, counted(here.of.db) as sent:
        found = choices(connection, "line", "ÅB")
    assert len(sent) == 1
    assert [choice.label for choice in found] == ["Åb", "åbc", "XåB"]
    with here.of.db.read() as connection:
        assert len(choices(connection, "line", "", limit=2)) == 2
        (mouse,) = choices(connection, "subject", "m1", where={"death_date": None})
        assert mouse == Choice(here["subject"], "M1", "A1, Hale lab")
        assert choices(connection, "lab_member", "eve", where={"is_active": True}) == ()
        here_is = here.of.add(LabMember, username="z", first_name="Zoë", last_name="Óscar")
    with here.of.db.read() as connection:
        assert choices(connection, "lab_member", "óSCAR zo") == (Choice(here_is, "z", "Zoë, Óscar"),)
        first = choices(connection, "session", "M1")[0]
        assert (first.id, first.label) == (here["session"], "M1, 7 Mar 2026 09:30")


def test_what_refers_to_a_record(here: World) -> None:
    assert here["subject"]
    for number in range(3):
        here.of.subject(f"K{number}", line_id=here["line"])
    here.of.add(Housing, cage_name="x", cage_type_id=here["cage_type"])
    here.of.add(Note, date_time=NOW, text="x", content_type="line", object_id=here["line"])
    here.of.add(Note, date_time=NOW, text="x", content_type="subject", object_id=here["line"])
    with here.of.db.engine.begin() as connection:
        link = {"session_id": here["session"], "user_id": here["lab_member"]}
        connection.execute(session_user.insert(), link)
    with here.of.db.read() as connection, counted(here.of.db) as sent:
        found = referring(connection, "line", here["line"])
    assert len(sent) == 1
    assert found == {"breeding_pair": 1, "subject": 3, "note": 1}
    with here.of.db.read() as connection:
        assert referring(connection, "cage_type", here["cage_type"]) == {"housing": 1}
        assert referring(connection, "strain", here["strain"]) == {}
        assert referring(connection, "lab_member", here["lab_member"]) == {"session": 1}
        for table in table_names():
            assert referring(connection, table, uuid4()) == {}
