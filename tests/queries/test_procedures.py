"""The lists of procedures: filters, orders, words, the numbers of open restrictions, constant statements."""

from datetime import date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Cull,
    CullMethod,
    CullReason,
    LabLocation,
    LabMember,
    NarrativeTemplate,
    OtherAction,
    ProcedureType,
    Session,
    VirusInjection,
    session_procedure,
    session_user,
    surgery_procedure,
    surgery_user,
)
from colonydesk.queries.procedure_kinds import KINDS
from colonydesk.queries.procedures import COMPUTED, Filters, ProcedureRow, procedure_ids, procedure_rows
from colonydesk.queries.templates import templates
from colonydesk.queries.worklist import worklist
from tests.queries.colony import NOW, Colony, counted, mixed, on


def ids(db: Database, kind: str, order: str = "", descending: bool = True, **filters: object) -> list[UUID]:
    with db.read() as connection:
        return list(procedure_ids(connection, kind, Filters(**filters), order, descending, NOW))  # type: ignore[arg-type]


def rows(db: Database, kind: str) -> dict[str, ProcedureRow]:
    """By the animal's nickname."""
    with db.read() as connection:
        found = procedure_rows(connection, kind, procedure_ids(connection, kind, Filters()), NOW)
    return {row.nickname: row for row in found.values()}


def link(db: Database, table: object, *pairs: tuple[UUID, UUID]) -> None:
    left, right = table.columns  # type: ignore[attr-defined]
    with db.engine.begin() as connection:
        for one, other in pairs:
            connection.execute(insert(table), {left.name: one, right.name: other})  # type: ignore[arg-type]


class Surgeries:
    """Three surgeries of two animals, by two members."""

    def __init__(self, db: Database) -> None:
        colony = Colony(db)
        self.ann = colony.add(LabMember, username="ann", first_name="Ann", last_name="Berg")
        self.bob = colony.add(LabMember, username="bob")
        self.lab, self.other = colony.lab("Hale"), colony.lab("Weiss")
        room = colony.add(LabLocation, name="Surgery Room", lab_id=self.lab)
        self.plate, self.window = (
            colony.add(ProcedureType, name=name) for name in ("Headplate", "Craniotomy")
        )
        one = colony.subject("CK_0001", self.lab, responsible_user_id=self.bob)
        two = colony.subject("ck_0002", self.other)
        self.first = colony.surgery(
            one,
            on(30),
            1.2,
            outcome_type="r",
            location_id=room,
            end_time=on(30, 13),
            narrative="went 100% well",
        )
        self.second = colony.surgery(two, on(9), 0.0)
        self.third = colony.surgery(one, None, 0.5, outcome_type="a", narrative="no time noted")
        colony.write()
        link(db, surgery_user, (self.first, self.ann), (self.first, self.bob), (self.second, self.bob))
        link(db, surgery_procedure, (self.first, self.plate), (self.first, self.window))


@pytest.fixture
def surgeries(db: Database) -> Surgeries:
    return Surgeries(db)


def test_the_latest_come_first_and_without_a_time_last(db: Database, surgeries: Surgeries) -> None:
    of = surgeries
    assert ids(db, "surgery") == [of.second, of.first, of.third]
    assert ids(db, "surgery", "start_time", False) == [of.first, of.second, of.third]


@pytest.mark.parametrize(
    ("order", "ascending"),
    [
        ("implant_weight", ("second", "third", "first")),
        ("outcome_type", ("third", "first", "second")),
        ("location", ("first", None, None)),
        ("users", ("first", "second", "third")),
        ("procedures", ("first", None, None)),
        ("narrative", ("third", "first", "second")),
        ("end_time", ("first", None, None)),
    ],
)
def test_sorted_by_a_column(
    db: Database, surgeries: Surgeries, order: str, ascending: tuple[str | None, ...]
) -> None:
    found = ids(db, "surgery", order, descending=False)
    assert len(found) == 3
    for one, name in zip(found, ascending, strict=True):
        assert name is None or one == getattr(surgeries, name)


def test_sorted_by_the_animal_without_regard_to_case(db: Database, surgeries: Surgeries) -> None:
    assert ids(db, "surgery", "subject", descending=False)[-1] == surgeries.second
    assert ids(db, "surgery", "subject", descending=True)[0] == surgeries.second


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ck_0002", {"second"}),
        ("CK", {"first", "second", "third"}),
        ("headpl", {"first"}),
        ("bob", {"first", "second"}),
        ("ann berg", {"first"}),
        ("surgery room", {"first"}),
        ("100%", {"first"}),
        ("0%w", set()),
        ("k_0_", set()),
        ("nothing", set()),
    ],
)
def test_the_search_goes_through_what_the_row_says(
    db: Database, surgeries: Surgeries, text: str, found: set[str]
) -> None:
    assert set(ids(db, "surgery", text=text)) == {getattr(surgeries, name) for name in found}


@pytest.mark.parametrize("text", ["öffnung", "ÖFFNUNG", "Åse", "åse", "prÜf"])
def test_the_search_knows_capitals_beyond_ascii(db: Database, text: str) -> None:
    colony = Colony(db)
    one = colony.surgery(colony.subject("P1", None), on(9), 0.0, narrative="Öffnung links")
    kind = colony.add(ProcedureType, name="PRÜFUNG")
    member = colony.add(LabMember, username="ase", first_name="ÅSE")
    colony.write()
    link(db, surgery_user, (one, member))
    link(db, surgery_procedure, (one, kind))
    assert ids(db, "surgery", text=text) == [one]
    assert ids(db, "surgery", text=f"{text}x") == []


def test_of_a_lab_of_a_member_open_and_of_a_period(db: Database, surgeries: Surgeries) -> None:
    of = surgeries
    assert ids(db, "surgery", lab_id=of.other) == [of.second]
    assert set(ids(db, "surgery", member_id=of.ann)) == {of.first}
    assert set(ids(db, "surgery", member_id=of.bob)) == {of.first, of.second, of.third}  # his animal's, too
    assert set(ids(db, "surgery", open_only=True)) == {of.second, of.third}
    assert ids(db, "surgery", since=on(9).date()) == [of.second]
    assert ids(db, "surgery", since=on(8).date()) == []


def test_a_period_begins_with_the_lab_s_day(db: Database, surgeries: Surgeries) -> None:
    colony = Colony(db)
    late = colony.surgery(
        colony.subject("late", surgeries.lab), datetime.fromisoformat("2025-03-20T12:30Z"), 0
    )
    colony.write()
    day = date(2025, 3, 21)
    assert ids(db, "surgery", since=day, timezone="Pacific/Kiritimati")[-1] == late
    assert late not in ids(db, "surgery", since=day, timezone="Europe/London")


def test_a_row_reads_in_words(db: Database, surgeries: Surgeries) -> None:
    with db.read() as connection:
        row = procedure_rows(connection, "surgery", [surgeries.first, uuid4()], NOW)[surgeries.first]
    assert row.nickname == "CK_0001"
    assert (row.users, row.procedures, row.location) == (
        "ann, bob",
        "Craniotomy, Headplate",
        "Surgery Room",
    )
    assert row.values == {"outcome_type": "recovery", "implant_weight": 1.2}
    assert (row.start_time, row.end_time, row.timezone) == (on(30), on(30, 13), "Europe/London")
    assert row.version == 1


def test_every_kind_lists_what_it_holds(db: Database) -> None:
    colony = Colony(db)
    subject = colony.subject("one", colony.lab())
    reason, method = colony.add(CullReason, name="Surplus"), colony.add(CullMethod, name="CO2")
    member = colony.add(LabMember, username="ann")
    colony.add(
        VirusInjection, subject_id=subject, start_time=on(3), virus_batch="AAV 4411", injection_volume=200.0
    )
    colony.add(Session, subject_id=subject, start_time=on(2), task_protocol="detection", qc=30, n_trials=12)
    colony.restriction(subject, on(5), on(1), reference_weight=25.0)
    colony.add(OtherAction, subject_id=subject, start_time=on(4), narrative="teeth trimmed")
    colony.add(
        Cull,
        subject_id=subject,
        date=date(2025, 3, 29),
        user_id=member,
        cull_reason_id=reason,
        cull_method_id=method,
        description="tissue kept",
    )
    colony.write()
    values = {kind: rows(db, kind)["one"].values for kind in KINDS if kind not in ("surgery", "ephys")}
    assert values["virus_injection"]["virus_batch"] == "AAV 4411"
    assert values["virus_injection"]["injection_type"] == "iontophoresis"
    assert (values["session"]["qc"], values["session"]["n_trials"]) == ("warning", 12)
    assert values["water_restriction"]["reference_weight"] == 25.0
    assert rows(db, "other_action")["one"].narrative == "teeth trimmed"
    cull = values["cull"]
    assert (cull["date"], cull["cull_reason"], cull["cull_method"]) == (date(2025, 3, 29), "Surplus", "CO2")
    assert (cull["user"], cull["description"]) == ("ann", "tissue kept")
    for kind, text in (
        ("virus_injection", "4411"),
        ("session", "detec"),
        ("cull", "tissue"),
        ("cull", "co2"),
    ):
        assert len(ids(db, kind, text=text)) == 1, text
    assert ids(db, "cull", since=date(2025, 3, 29)) == ids(db, "cull", member_id=member) == ids(db, "cull")
    assert ids(db, "cull", since=date(2025, 3, 30)) == []


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_can_be_sorted_by_every_column(db: Database, kind: str) -> None:
    mixed(db, 25)
    everything = set(ids(db, kind))
    columns = [
        "subject",
        "start_time",
        "end_time",
        "location",
        "users",
        "procedures",
        "projects",
        "narrative",
    ]
    for order in (*columns, *KINDS[kind].own):
        for descending in (False, True):
            assert set(ids(db, kind, order, descending)) == everything, order


def test_the_numbers_of_restrictions_that_hold_now(db: Database) -> None:
    mixed(db, 120)
    with db.read() as connection:
        today = {row.subject_id: row for row in worklist(connection, NOW)}
        found = procedure_rows(
            connection, "water_restriction", procedure_ids(connection, "water_restriction", Filters()), NOW
        )
    with_numbers = [row for row in found.values() if row.today is not None]
    assert {row.subject_id for row in with_numbers} == set(today)
    assert len(with_numbers) == len(today) < len(found)
    for row in with_numbers:
        of, on_list = row.today, today[row.subject_id]
        assert of is not None
        assert row.start_time == on_list.restriction_start
        assert (of.weight, of.percentage_weight, of.status) == (
            *(on_list.weight, on_list.percentage_weight, on_list.status),
        )
        assert (of.expected_weight, of.min_weight) == (on_list.expected_weight, on_list.min_weight)
        assert (of.required, of.given, of.remaining) == (
            *(on_list.expected_water, on_list.given_water_total, on_list.remaining_water),
        )
        assert of.reward + of.supplement == pytest.approx(of.given)


def test_reward_and_supplement_apart_and_what_was_given_beyond(db: Database) -> None:
    colony = Colony(db)
    mouse = colony.subject("one", colony.lab())
    held = colony.restriction(mouse, on(9), reference_weight=25.0)
    colony.weighing(mouse, on(1), 24.0)
    session = colony.add(Session, subject_id=mouse, start_time=NOW)
    for amount, of in ((0.7, session), (0.3, session), (0.25, None)):
        colony.water(mouse, NOW, amount, session_id=of)
    colony.write()
    with db.read() as connection:
        today = procedure_rows(connection, "water_restriction", [held], NOW)[held].today
    assert today is not None
    assert (today.reward, today.supplement, today.given) == pytest.approx((1.0, 0.25, 1.25))
    assert today.required == pytest.approx(0.96)
    assert (today.remaining, today.excess) == pytest.approx((-0.29, 0.29))


@pytest.mark.parametrize("order", list(COMPUTED))
def test_restrictions_by_a_number_of_today(db: Database, order: str) -> None:
    mixed(db, 60)
    everything = ids(db, "water_restriction")
    with db.read() as connection:
        found = procedure_rows(connection, "water_restriction", everything, NOW)
    for descending in (False, True):
        sorted_ids = ids(db, "water_restriction", order, descending)
        assert sorted(sorted_ids) == sorted(everything)
        values = []
        for one in sorted_ids:
            row = found[one].today
            values.append(None if row is None else COMPUTED[order](row))
        known = [value for value in values if value is not None]
        assert len(known) > 3
        assert values[: len(known)] == sorted(known, reverse=descending)


def test_ephys_sessions_are_those_of_a_procedure_named_ephys(db: Database) -> None:
    colony = Colony(db)
    subject = colony.subject("one", colony.lab())
    probe, training = (colony.add(ProcedureType, name=name) for name in ("Acute Ephys recording", "Training"))
    recorded, trained = (colony.add(Session, subject_id=subject, start_time=on(day)) for day in (3, 2))
    part = colony.add(Session, subject_id=subject, start_time=on(3, 13), parent_session_id=recorded)
    deeper = colony.add(Session, subject_id=subject, start_time=on(3, 14), parent_session_id=part)
    other = colony.add(Session, subject_id=subject, start_time=on(3, 15), parent_session_id=recorded)
    colony.write()
    link(db, session_procedure, (recorded, probe), (trained, training), (other, training))
    assert set(ids(db, "ephys")) == {recorded, part, deeper}
    assert set(ids(db, "session")) == {recorded, trained, part, deeper, other}


def test_a_sub_session_shows_what_it_inherits(db: Database) -> None:
    colony = Colony(db)
    subject = colony.subject("one", colony.lab())
    ann = colony.add(LabMember, username="ann", first_name="Ann", last_name="Berg")
    rig, other_rig = (colony.add(LabLocation, name=name) for name in ("Rig 1", "Rig 2"))
    training = colony.add(ProcedureType, name="Training")
    whole = colony.add(Session, subject_id=subject, start_time=on(3), location_id=rig)
    part = colony.add(Session, subject_id=subject, start_time=on(3, 13), parent_session_id=whole)
    moved = colony.add(
        Session, subject_id=subject, start_time=on(3, 14), parent_session_id=part, location_id=other_rig
    )
    colony.write()
    link(db, session_user, (whole, ann))
    link(db, session_procedure, (whole, training))
    with counted(db) as sent, db.read() as connection:
        found = procedure_rows(connection, "session", [whole, part, moved], NOW)
    assert len(sent) <= 9
    assert not found[whole].inherited
    assert found[part].inherited == {"users", "location", "procedures"}
    assert (found[part].users, found[part].location) == ("ann", "Rig 1")
    assert found[moved].inherited == {"users", "procedures"}
    assert (found[moved].location, found[moved].procedures) == ("Rig 2", "Training")


@pytest.mark.parametrize(("kind", "most"), [(kind, 4) for kind in KINDS if kind != "water_restriction"])
def test_a_constant_number_of_statements(db: Database, kind: str, most: int) -> None:
    colony = mixed(db, 10)
    lab = colony.lab("more")
    table = KINDS[kind].table
    for number in range(60):
        when = {"date": date(2025, 3, 1)} if table is Cull else {"start_time": on(number % 9)}
        colony.add(table, subject_id=colony.subject(f"more{number}", lab), **when)
    colony.write()
    with counted(db) as sent:
        found = ids(db, kind)
    assert len(sent) == 1
    for few in (1, len(found)):
        with counted(db) as sent, db.read() as connection:
            procedure_rows(connection, kind, found[:few], NOW)
        assert len(sent) <= most


def test_a_constant_number_of_statements_for_restrictions(db: Database) -> None:
    mixed(db, 80)
    found = ids(db, "water_restriction")
    counts = set()
    for few in (40, len(found)):
        with counted(db) as sent, db.read() as connection:
            procedure_rows(connection, "water_restriction", found[:few], NOW)
        counts.add(len(sent))
    assert max(counts) <= 7
    with counted(db) as sent:
        ids(db, "water_restriction", "remaining")
    assert len(sent) <= 6


def test_templates_are_a_member_s_own(db: Database) -> None:
    colony = Colony(db)
    ann, bob = (colony.add(LabMember, username=name) for name in ("ann", "bob"))
    for of, name in ((ann, "Window"), (ann, "headplate"), (bob, "Bob's")):
        colony.add(NarrativeTemplate, user_id=of, name=name, narrative=f"{name} done")
    colony.write()
    with counted(db) as sent, db.read() as connection:
        found = templates(connection, ann)
    assert len(sent) == 1
    assert [(one.name, one.narrative) for one in found] == [
        ("headplate", "headplate done"),
        ("Window", "Window done"),
    ]


def test_an_empty_database(db: Database) -> None:
    for kind in KINDS:
        assert ids(db, kind) == []
        with db.read() as connection:
            assert procedure_rows(connection, kind, [], NOW) == {}
