"""What a notification asks for has been done: by when it was done, not by when somebody entered it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import (
    BreedingPair,
    CageCleaning,
    Housing,
    HousingSubject,
    Lab,
    Litter,
    Subject,
    SubjectRequest,
    WaterAdministration,
    WaterRestriction,
    Weighing,
)
from colonydesk.queries.notices import alerts, notice_counts, notice_rows
from tests.builders import Scene, add, scene
from tests.queries.colony import counted
from tests.services.notices import listed, matter, shown, told

NIGHT = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)  # 22:00 of 10 March in the lab
DAY_BEGINS, DAY_ENDS = datetime(2026, 3, 10, 4, 0, tzinfo=UTC), datetime(2026, 3, 11, 4, 0, tzinfo=UTC)
WINTER_BEGINS = datetime(2026, 3, 4, 5, 0, tzinfo=UTC)  # a local day before the clocks went forward
MINUTE = timedelta(minutes=1)


@pytest.fixture
def of(db: Database) -> Scene:
    return scene(db)


def tell(of: Scene, kind: str, now: datetime = NIGHT, **values: object) -> UUID:
    [made] = told(of.db, matter(of.ann, f"about {kind}", kind, **values), now=now)
    return made


def is_settled(of: Scene, one: UUID, now: datetime = NIGHT) -> bool:
    """Shown as settled, and told no more."""
    settled: bool = shown(of.db, one, now).settled
    with of.db.read() as connection:
        assert (one in {alert.id for alert in alerts(connection, of.ann, now)}) is not settled
    return settled


def weigh(of: Scene, at: datetime) -> None:
    """Weighed then, and entered after everything else."""
    add(of.db, Weighing, subject_id=of.mouse, date_time=at, weight=22.0, created_at=NIGHT + MINUTE)


def water(of: Scene, at: datetime, amount: float, mouse: UUID | None = None) -> None:
    of.add(
        WaterAdministration,
        subject_id=mouse or of.mouse,
        date_time=at,
        water_administered=amount,
        created_at=NIGHT + MINUTE,
    )


def test_not_weighed_is_settled_by_a_weighing_of_that_local_day_or_later(of: Scene) -> None:
    one = tell(of, "mouse_not_weighed", subject_id=of.mouse)
    weigh(of, NIGHT - timedelta(days=7))
    weigh(of, DAY_BEGINS - MINUTE)
    assert not is_settled(of, one)
    weigh(of, DAY_BEGINS)
    assert is_settled(of, one)


def test_a_weighing_of_the_next_day_settles_it_too(of: Scene) -> None:
    one = tell(of, "mouse_not_weighed", subject_id=of.mouse)
    weigh(of, DAY_ENDS)
    assert is_settled(of, one)


def test_a_weighing_that_was_taken_back_settles_nothing(of: Scene) -> None:
    one = tell(of, "mouse_not_weighed", subject_id=of.mouse)
    of.add(Weighing, subject_id=of.mouse, date_time=NIGHT, weight=22.0, voided_at=NIGHT, void_reason="typo")
    assert not is_settled(of, one)


def restrict(of: Scene, mouse: UUID | None = None) -> None:
    """It needs 0.04 mL/g of 22 g: 0.88 mL a day."""
    subject = mouse or of.mouse
    start = NIGHT - timedelta(days=9)
    of.add(WaterRestriction, subject_id=subject, start_time=start, reference_weight=25.0)
    of.add(Weighing, subject_id=subject, date_time=NIGHT - timedelta(days=1), weight=22.0)


def test_water_owed_is_settled_when_nothing_remains(of: Scene) -> None:
    restrict(of)
    one = tell(of, "mouse_water", subject_id=of.mouse)
    water(of, NIGHT - timedelta(days=3), 2.0)  # entered only now
    assert not is_settled(of, one)
    water(of, NIGHT + MINUTE, 0.1)
    later = NIGHT + timedelta(hours=1)
    assert not is_settled(of, one, later)
    water(of, NIGHT + 2 * MINUTE, 0.8)
    assert is_settled(of, one, later)


def test_water_of_another_day_is_settled_by_what_was_given_since(of: Scene) -> None:
    restrict(of)
    one = tell(of, "mouse_water", subject_id=of.mouse)
    morning = DAY_ENDS + timedelta(hours=4)
    assert not is_settled(of, one, morning)
    water(of, NIGHT + MINUTE, 0.9)
    assert is_settled(of, one, morning)  # and today's 0.88 mL are another matter


def test_water_that_was_given_to_an_animal_on_no_restriction_settles_it(of: Scene) -> None:
    one = tell(of, "mouse_water", subject_id=of.mouse)
    water(of, NIGHT + MINUTE, 0.1)
    assert is_settled(of, one, NIGHT + timedelta(hours=1))


def test_the_statements_are_as_few_for_many_animals_as_for_one(of: Scene) -> None:
    ids, statements = [], []
    for number in range(5):
        mouse = of.subject(f"W{number}")
        restrict(of, mouse)
        ids.append(tell(of, "mouse_water", subject_id=mouse))
        water(of, NIGHT + MINUTE, 0.1, mouse)
        if number in (0, 4):
            with of.db.read() as connection, counted(of.db) as sent:
                assert len(alerts(connection, of.ann, NIGHT + timedelta(hours=1))) == len(ids)
            statements.append(len(sent))
    assert statements[0] == statements[1] <= 5


def test_a_damaged_record_settles_nothing_and_spoils_no_other(sqlite_url: str) -> None:
    db = open_database(sqlite_url)
    of = scene(db)
    sound = of.subject("sound")
    ids = []
    for mouse, amount in ((of.mouse, 0.1), (sound, 2.0)):
        restrict(of, mouse)
        ids.append(tell(of, "mouse_water", subject_id=mouse))
        water(of, NIGHT + MINUTE, amount, mouse)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE subject SET birth_date = 'nonsense' WHERE nickname = 'M1'")
    later = NIGHT + timedelta(hours=1)
    assert [is_settled(of, one, later) for one in ids] == [False, True]
    db.close()


@pytest.mark.parametrize(
    ("table", "column"),
    [
        *(("weighing", "date_time"), ("water_administration", "date_time"), ("cage_cleaning", "date_time")),
        *(("water_restriction", "end_time"), ("litter", "birth_date")),
    ],
)
def test_a_damaged_time_silences_nothing(sqlite_url: str, table: str, column: str) -> None:
    db = open_database(sqlite_url)
    of = scene(db)
    restrict(of)
    water(of, NIGHT - timedelta(days=3), 2.0)
    housing, pair = cage(of), of.add(BreedingPair, name="P1", start_date=date(2026, 1, 6))
    of.add(CageCleaning, housing_id=housing, date_time=NIGHT - timedelta(days=20))
    of.add(Litter, name="L1", breeding_pair_id=pair, birth_date=date(2026, 2, 17))
    about = {"mouse_water": None, "mouse_not_weighed": None, "breeding_check_due": pair}
    made = {tell(of, kind, about_id=one, subject_id=of.mouse) for kind, one in about.items()}
    made.add(tell(of, "cage_cleaning_due", about_id=housing))
    with db.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {table} SET {column} = 'nonsense'")
    with db.read() as connection:
        assert {one.id for one in alerts(connection, of.ann, NIGHT)} == made
        assert notice_counts(connection, of.ann, NIGHT).unread == len(made)
        assert notice_rows(connection, list(made), NIGHT).keys() == made
    db.close()


def test_a_zone_that_nobody_knows_silences_nothing(of: Scene) -> None:
    with of.db.engine.begin() as connection:
        connection.execute(Lab.__table__.update().values(timezone="Mars/Olympus"))
    one = tell(of, "mouse_not_weighed", subject_id=of.mouse)
    with of.db.read() as connection:
        assert [alert.id for alert in alerts(connection, of.ann, NIGHT)] == [one]
    weigh(of, NIGHT)
    assert is_settled(of, one)


def cage(of: Scene, every: int | None = 7) -> UUID:
    housing = of.add(Housing, cage_name="A1", cage_cleaning_frequency_days=every)
    moved = {"housing_id": housing, "start_datetime": NIGHT - timedelta(days=40)}
    of.add(HousingSubject, subject_id=of.mouse, **moved)
    return housing


@pytest.mark.parametrize(
    ("cleaned", "settled"),
    [
        (NIGHT + MINUTE, True),
        (WINTER_BEGINS, True),  # 4 March: it was due on the 11th
        (WINTER_BEGINS - MINUTE, False),
        (NIGHT - timedelta(days=20), False),
    ],
)
def test_a_cage_is_settled_when_it_was_cleaned_so_that_it_was_not_due(
    of: Scene, cleaned: datetime, settled: bool
) -> None:
    housing = cage(of)
    one = tell(of, "cage_cleaning_due", about_id=housing)
    of.add(CageCleaning, housing_id=housing, date_time=cleaned, created_at=NIGHT + MINUTE)
    assert is_settled(of, one) is settled


def test_a_cage_without_a_frequency_of_its_own_goes_by_the_labs(of: Scene) -> None:
    with of.db.engine.begin() as connection:
        connection.execute(Lab.__table__.update().values(cage_cleaning_frequency_days=3))
    housing = cage(of, None)
    one = tell(of, "cage_cleaning_due", about_id=housing)
    of.add(CageCleaning, housing_id=housing, date_time=NIGHT - timedelta(days=3))
    assert not is_settled(of, one)
    of.add(CageCleaning, housing_id=housing, date_time=NIGHT - timedelta(days=2))
    assert is_settled(of, one)


def test_an_empty_cage_need_not_be_cleaned(of: Scene) -> None:
    housing = cage(of)
    one = tell(of, "cage_cleaning_due", about_id=housing)
    assert not is_settled(of, one)
    with of.db.engine.begin() as connection:
        connection.execute(HousingSubject.__table__.update().values(end_datetime=NIGHT))
    assert is_settled(of, one)


def test_a_cages_day_is_that_of_the_lab_of_its_animals(of: Scene) -> None:
    one = tell(of, "cage_cleaning_due", about_id=cage(of))
    assert shown(of.db, one).timezone == "America/New_York"


def test_what_an_animal_asks_for_is_settled_by_the_animal(of: Scene) -> None:
    weaned, genotyped, dead = (of.subject(name) for name in ("weaned", "genotyped", "dead"))
    with of.db.engine.begin() as connection:
        subject = Subject.__table__
        for mouse in (weaned, genotyped):
            connection.execute(subject.update().where(subject.c.id == mouse).values(to_be_genotyped=True))
    told_of = {
        weaned: tell(of, "wean_due", subject_id=weaned),
        genotyped: tell(of, "genotyping_due", subject_id=genotyped),
        dead: tell(of, "mouse_training", subject_id=dead),
    }
    assert not any(is_settled(of, one) for one in told_of.values())
    changes = {
        weaned: {"wean_date": date(2026, 3, 10)},
        genotyped: {"to_be_genotyped": False},
        dead: {"death_date": date(2026, 3, 10)},
    }
    with of.db.engine.begin() as connection:
        for mouse, values in changes.items():
            connection.execute(subject.update().where(subject.c.id == mouse).values(**values))
    assert all(is_settled(of, one) for one in told_of.values())


def test_what_is_settled_counts_neither_as_open_nor_as_unread(of: Scene) -> None:
    tell(of, "mouse_not_weighed", subject_id=of.mouse)
    weigh(of, NIGHT)
    tell(of, "mouse_training", subject_id=of.mouse)
    with of.db.read() as connection:
        found = notice_counts(connection, of.ann, NIGHT)
    assert (found.open, found.unread) == (1, 1)
    for whose in (of.ann, None):
        assert listed(of.db, whose, "unread", NIGHT) == ["about mouse_training"]
        assert len(listed(of.db, whose, "open", NIGHT)) == 2  # grey, so that it is seen that it was done


@pytest.mark.parametrize("kind", ["mouse_not_weighed", "mouse_water", "mouse_training"])
def test_an_animal_that_is_not_restricted_any_more_is_owed_nothing(of: Scene, kind: str) -> None:
    restrict(of)
    one = tell(of, kind, subject_id=of.mouse)
    with of.db.engine.begin() as connection:
        connection.execute(WaterRestriction.__table__.update().values(end_time=NIGHT + MINUTE))
    assert not is_settled(of, one)  # it ends in a minute
    assert is_settled(of, one, NIGHT + MINUTE)
    of.add(WaterRestriction, subject_id=of.mouse, start_time=NIGHT + MINUTE, reference_weight=25.0)
    assert not is_settled(of, one, NIGHT + 2 * MINUTE)


def test_a_breeding_check_is_settled_by_a_litter_since_and_by_the_end_of_the_pair(of: Scene) -> None:
    pair = of.add(BreedingPair, name="P1", start_date=date(2026, 1, 6))
    one = tell(of, "breeding_check_due", about_id=pair, subject_id=of.mouse)
    of.add(Litter, name="L1", breeding_pair_id=pair, birth_date=date(2026, 2, 17))  # 21 days before
    assert not is_settled(of, one)
    with of.db.engine.begin() as connection:
        connection.execute(BreedingPair.__table__.update().values(end_date=date(2026, 3, 10)))
    assert is_settled(of, one)
    with of.db.engine.begin() as connection:
        connection.execute(BreedingPair.__table__.update().values(end_date=None))
    of.add(Litter, name="L2", breeding_pair_id=pair, birth_date=date(2026, 3, 9))
    assert is_settled(of, one)


@pytest.mark.parametrize("kind", ["request_made", "request_due"])
def test_a_request_is_settled_when_it_has_all_its_animals(of: Scene, kind: str) -> None:
    request = of.add(SubjectRequest, user_id=of.ann, count=2)
    one = tell(of, kind, about_id=request)
    of.subject("R1", request_id=request, responsible_user_id=of.ann)
    assert not is_settled(of, one)
    of.subject("R2", request_id=request, responsible_user_id=of.ann)
    assert is_settled(of, one)


@pytest.mark.parametrize("kind", ["request_made", "request_due", "breeding_check_due"])
def test_what_is_gone_asks_for_nothing(of: Scene, kind: str) -> None:
    table = BreedingPair if kind == "breeding_check_due" else SubjectRequest
    values = {} if table is BreedingPair else {"user_id": of.ann}  # a count that is not known is no end of it
    about = of.add(table, **values)
    one = tell(of, kind, about_id=about)
    assert not is_settled(of, one)
    with of.db.engine.begin() as connection:
        connection.execute(table.__table__.delete())
    assert is_settled(of, one)
