"""Bad records are listed with their reason, and the rest comes in."""

from collections.abc import Callable
from typing import Any

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    BreedingPair,
    Lab,
    LabMember,
    Line,
    Session,
    Subject,
    WaterAdministration,
    Weighing,
)
from colonydesk.exchange.alyx import ImportReport
from tests.exchange.small_dump import (
    Record,
    add,
    id_of,
    ids,
    listed,
    put,
    record,
    row_of,
    small_dump,
    subject,
    weighing,
)


def test_the_small_dump_is_sound(db: Database, take: Callable[..., ImportReport]) -> None:
    report = take()
    assert report.problems == report.remarks == []
    assert report.total().written == 11


@pytest.mark.parametrize(
    ("label", "fields", "reason"),
    [
        ("weighing", {"weight": "heavy"}, "weight: “heavy” is not a number"),
        ("weighing", {"weight": [1]}, "weight: “[1]” is not a number"),
        ("weighing", {"weight": True}, "weight: “True” is not a number"),
        ("weighing", {"weight": "1e999"}, "weight: “1e999” is not a number"),
        ("weighing", {"weight": -3}, "weight: “-3” is not over 0"),
        ("weighing", {"weight": 0.0}, "weight: “0.0” is not over 0"),
        ("weighing", {"weight": None}, "weight is missing"),
        ("weighing", {"date_time": None}, "date_time is missing"),
        ("weighing", {"date_time": "last week"}, "date_time: “last week” is not a time"),
        ("weighing", {"date_time": 5}, "date_time: “5” is not a time"),
        ("weighing", {"date_time": "0001-01-01T00:00:00+14:00"}, "is not a time"),
        ("weighing", {"subject": None}, "subject is missing"),
        ("weighing", {"subject": id_of("nobody")}, "is neither in the file nor in the database"),
        ("weighing", {"subject": "nobody"}, "subject: “nobody” is not an id"),
        ("weighing", {"subject": {"id": 1}}, "is not an id"),
        ("weighing", {"subject": ["nobody"]}, "subject: “nobody” is neither in the file nor"),
        ("water", {"water_administered": -0.1}, "water_administered: “-0.1” is under 0"),
        ("water", {"adlib": "perhaps"}, "adlib: “perhaps” is neither true nor false"),
        ("b", {"sex": "X"}, "sex: “X” is none of F, M, U"),
        ("b", {"actual_severity": 9}, "actual_severity: “9” is none of 1, 2, 3, 4, 5"),
        ("b", {"actual_severity": 1.5}, "actual_severity: “1.5” is not a whole number"),
        ("b", {"birth_date": "2024-02-30"}, "birth_date: “2024-02-30” is not a date"),
        ("b", {"birth_date": 20240230}, "birth_date: “20240230” is not a date"),
        ("b", {"nickname": {}}, "nickname: “{}” is not a text"),
        ("b", {"nickname": "a"}, "another record has the same nickname “a” and lab"),
        ("b", {"nickname": "a", "lab": None}, "the same nickname “a” and responsible user"),
        ("b", {"projects": 7}, "projects: “7” is not a list"),
        ("line", {"subject_autoname_index": 2**40}, "subject_autoname_index: 1099511627776 is too large"),
        ("line", {"alleles": "Cre"}, "alleles: “Cre” is not a list"),
        ("lab", {"reference_weight_pct": 85}, "reference_weight_pct: “85” is not from 0 to 1"),
        ("ada", {"allowed_users": 1}, "allowed_users: “1” is not a list"),
        ("b", {"description": "a\x00b"}, "it holds a NUL character"),
        ("b", {"json": {"deep": [{"a\x00": 1}]}}, "it holds a NUL character"),
    ],
)
def test_a_bad_record_is_left_out_with_its_reason(
    db: Database,
    take: Callable[..., ImportReport],
    label: str,
    fields: dict[str, Any],
    reason: str,
) -> None:
    report = take(put(label, **fields))

    model = small_dump()[label]["model"]
    assert reason in listed(report)[model, id_of(label)]
    assert report.tables[model].skipped == 1
    assert report.kept
    table = {"a": Subject, "b": Subject, "line": Line, "lab": Lab, "ada": LabMember}
    table |= {"weighing": Weighing, "water": WaterAdministration}
    assert id_of(label) not in ids(db, table[label])
    assert id_of("second") in ids(db, Weighing)
    total = report.total()
    assert total.read == total.written + total.skipped == 11


def test_the_database_s_own_refusal_is_told_too(db: Database, take: Callable[..., ImportReport]) -> None:
    """A rule over two columns is no rule of ours to repeat."""

    def spoil(records: dict[str, Record]) -> None:
        for number in range(7):
            fields = {"line": id_of("line"), "allele": id_of("cre"), "zygosity": number % 3}
            results = {"sequence0": id_of("wild"), "sequence0_result": number // 6}
            results |= {"sequence1": id_of("wild"), "sequence1_result": 1}
            rule = record("subjects.zygosityrule", f"rule{number}", **fields, **results)
            records[f"rule{number}"] = rule
        records["wild"] = record("subjects.sequence", "wild", name="WT")

    report = take(spoil)

    problems = listed(report)
    refused = {("subjects.zygosityrule", id_of(f"rule{number}")) for number in range(1, 6)}
    assert set(problems) == refused
    (reason,) = set(problems.values())
    assert reason.startswith("another record has the same line and allele and sequence0 and sequence0_result")
    assert report.tables["subjects.zygosityrule"].written == 2


def test_what_needs_a_record_that_was_left_out_is_left_out_too(
    db: Database, take: Callable[..., ImportReport]
) -> None:
    report = take(put("a", sex="?"))

    problems = listed(report)
    assert set(problems) == {
        ("subjects.subject", id_of("a")),
        ("actions.weighing", id_of("weighing")),
        ("actions.weighing", id_of("second")),
        ("actions.wateradministration", id_of("water")),
    }
    assert problems["actions.weighing", id_of("weighing")] == f"subject: “{id_of('a')}” was itself left out"
    assert ids(db, Weighing) == {id_of("third")}


def test_an_optional_reference_to_nowhere_is_kept_in_json(
    db: Database, take: Callable[..., ImportReport]
) -> None:
    gone = id_of("gone")
    report = take(put("b", line=gone, json={"mine": 1}, projects=[gone]))

    row = row_of(db, Subject, "b")
    assert row.line_id is None
    assert row.json == {"mine": 1, "alyx": {"line": gone, "projects": [gone]}}
    reasons = [problem.reason for problem in report.problems]
    assert reasons == [
        f"line: “{gone}” is neither in the file nor in the database; imported without it, kept in json",
        f"projects: “{gone}” is neither in the file nor in the database; kept in json",
    ]
    assert report.total().skipped == 0
    again = take(put("b", line=gone, json={"mine": 1}, projects=[gone]))
    assert again.total().present == 11
    assert again.remarks == []


def test_references_that_close_a_circle_may_lead_nowhere(
    db: Database, take: Callable[..., ImportReport]
) -> None:
    gone = id_of("gone")

    def spoil(records: dict[str, Record]) -> None:
        pair = {"line": id_of("line"), "father": id_of("a"), "mother1": gone, "mother2": "?", "json": [1]}
        records["pair"] = record("subjects.breedingpair", "pair", **pair)
        visit = {"subject": id_of("a"), "parent_session": id_of("visit"), "start_time": None}
        records["visit"] = record("actions.session", "visit", **visit)
        records["ada"]["fields"]["allowed_users"] = [id_of("ada"), gone]

    report = take(spoil)

    pair = row_of(db, BreedingPair, "pair")
    assert (str(pair.father_id), pair.mother1_id, pair.mother2_id) == (id_of("a"), None, None)
    assert pair.json == {"alyx": {"json": [1], "mother1": gone, "mother2": "?"}}
    visit = row_of(db, Session, "visit")
    assert visit.parent_session_id is None
    assert visit.json == {"alyx": {"parent_session": id_of("visit")}}
    assert row_of(db, LabMember, "ada").json == {"alyx": {"allowed_users": [gone]}}
    assert {problem.pk for problem in report.problems} == {id_of("pair"), id_of("visit"), id_of("ada")}
    again = take(spoil)
    assert again.total().present == again.total().read == 13
    assert again.remarks == []


def test_a_pk_that_is_there_twice(db: Database, take: Callable[..., ImportReport]) -> None:
    def spoil(records: dict[str, Record]) -> None:
        records["copy"] = {**weighing("weighing", "b", "2024-01-01", 30.0)}

    report = take(spoil)
    assert listed(report) == {
        ("actions.weighing", id_of("weighing")): "the file holds this pk more than once"
    }
    assert row_of(db, Weighing, "weighing").weight == 21.5
    assert take(spoil).total().written == 0


def test_a_record_under_two_names_of_one_model_is_one(
    db: Database, take: Callable[..., ImportReport]
) -> None:
    def spoil(records: dict[str, Record]) -> None:
        fields = {"subject": id_of("a"), "start_time": "2024-01-01T00:00:00"}
        records["ephys"] = record("actions.ephyssession", "visit", **fields)
        records["visit"] = record("actions.session", "visit", **fields)

    report = take(spoil)
    assert report.problems == []
    assert (report.tables["actions.session"].written, report.tables["actions.ephyssession"].present) == (1, 1)


@pytest.mark.parametrize(
    ("broken", "model", "reason"),
    [
        ({"pk": 1, "fields": {}}, "(no model)", "the record does not say its model"),
        ({"model": 5, "pk": 1, "fields": {}}, "(no model)", "the record does not say its model"),
        (17, "(no model)", "“17” is not a record"),
        ({"model": "actions.weighing", "pk": 1}, "actions.weighing", "the record has no fields"),
        ({"model": "actions.weighing", "pk": 1, "fields": [1]}, "actions.weighing", "has no fields"),
        ({"model": "actions.weighing", "fields": {}}, "actions.weighing", "the record has no pk"),
        ({"model": "actions.weighing", "pk": [1], "fields": {}}, "actions.weighing", "“[1]” is not an id"),
        ({"model": "misc.lab", "pk": "x", "fields": {"name": "x"}}, "misc.lab", "“x” is not an id"),
    ],
)
def test_what_is_no_record(
    db: Database, take: Callable[..., ImportReport], broken: Any, model: str, reason: str
) -> None:
    report = take(add("broken", broken))
    (problem,) = report.problems
    assert problem.model == model
    assert reason in problem.reason
    assert report.tables[model].skipped == 1
    assert report.total().written == 11


def test_a_name_that_several_records_have(db: Database, take: Callable[..., ImportReport]) -> None:
    def spoil(records: dict[str, Record]) -> None:
        records["lab2"] = record("misc.lab", "lab2", name="lab2")
        records["a2"] = subject("a2", nickname="a", lab=id_of("lab2"), responsible_user=None)
        records["weighing"]["fields"]["subject"] = ["a"]
        records["third"]["fields"]["subject"] = ["b"]

    report = take(spoil)
    assert listed(report) == {
        ("actions.weighing", id_of("weighing")): "subject: “a” is the name of several records"
    }
    assert str(row_of(db, Weighing, "third").subject_id) == id_of("b")


def test_a_time_zone_that_is_none_becomes_utc(db: Database, take: Callable[..., ImportReport]) -> None:
    report = take(put("lab", timezone="Europe/Atlantis"))
    row = row_of(db, Lab, "lab")
    assert (row.timezone, row.json) == ("UTC", {"alyx": {"timezone": "Europe/Atlantis"}})
    (reason,) = listed(report).values()
    assert reason == "timezone: “Europe/Atlantis” is not a time zone; the lab is set to UTC"


def test_an_enumeration_left_empty_is_not_chosen(db: Database, take: Callable[..., ImportReport]) -> None:
    def spoil(records: dict[str, Record]) -> None:
        fields = {"subject": id_of("a"), "outcome_type": ""}
        records["surgery"] = record("actions.surgery", "surgery", **fields)
        records["a"]["fields"]["sex"] = ""

    assert take(spoil).problems == []
    assert row_of(db, Subject, "a").sex == "U"


@pytest.mark.parametrize("json", ["text", [1, 2], 3.5, False])
def test_json_that_is_no_object(db: Database, take: Callable[..., ImportReport], json: Any) -> None:
    assert take(put("a", json=json, extra=None)).problems == []
    assert row_of(db, Subject, "a").json == {"alyx": {"json": json, "extra": None}}


def test_json_that_has_an_alyx_of_its_own(db: Database, take: Callable[..., ImportReport]) -> None:
    take(put("a", json={"alyx": 1, "b": 2}, extra=5))
    assert row_of(db, Subject, "a").json == {"alyx": {"json": {"alyx": 1, "b": 2}, "extra": 5}}


def test_numbers_in_json_come_back_as_they_were(db: Database, take: Callable[..., ImportReport]) -> None:
    """PostgreSQL keeps 1e23 as a whole number: no reason to say that the database disagrees."""
    numbers = {"numbers": [1e23, -0.0, 1e300, 5e-324, 2.0**62, 2**53, 0.1, 1]}
    assert take(put("a", json=numbers)).kept
    stored = row_of(db, Subject, "a").json["numbers"]
    assert [float(number) for number in stored] == numbers["numbers"]
    assert take(put("a", json=numbers)).remarks == []
