"""The first records of a new database."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from threading import Barrier
from uuid import uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import (
    AuditEntry,
    ChangeLog,
    GrowthCurve,
    GrowthPoint,
    Lab,
    LabMember,
    LabMembership,
    Species,
    WaterType,
)
from colonydesk.domain.errors import KnownError, Refused
from colonydesk.services.founding import WATER_TYPES, FoundLab, found_lab
from tests.builders import NOW, SECONDS, add, fails_whole, nothing_written, on_statement, rows
from tests.conftest import ROOT
from tests.db.faults import plain

CURVE = (ROOT / "resources" / "growth" / "c57bl6.csv").read_text(encoding="utf-8")
TABLES = (Lab, LabMember, LabMembership, WaterType, Species, GrowthCurve, GrowthPoint, AuditEntry, ChangeLog)


def founding(**changes: str) -> FoundLab:
    usual = {"lab": " Hale lab ", "timezone": "Europe/London", "username": " j.hale ", "curve_text": CURVE}
    return FoundLab(command_id=uuid4(), **{**usual, **changes})


def counts(db: Database) -> list[int]:
    return [len(rows(db, table)) for table in TABLES]


def test_a_lab_has_its_first_member_waters_species_and_growth_curve(db: Database) -> None:
    command = founding()
    first = fails_whole(db, lambda db: found_lab(db, command, NOW))
    (lab,) = rows(db, Lab)
    assert (lab["name"], lab["timezone"], lab["reference_weight_pct"]) == ("Hale lab", "Europe/London", 0.85)
    assert (lab["zscore_weight_pct"], lab["growth_mode"]) == (0.0, "linear")
    (member,) = rows(db, LabMember)
    assert (member["username"], member["is_active"], member["date_joined"]) == ("j.hale", True, NOW)
    assert member["is_superuser"]
    assert member["is_stock_manager"]
    (membership,) = rows(db, LabMembership)
    assert (membership["user_id"], membership["lab_id"]) == (member["id"], lab["id"])
    assert {water["name"] for water in rows(db, WaterType)} == set(WATER_TYPES)
    (species,) = rows(db, Species)
    assert (species["usual_weight_min"], species["usual_weight_max"]) == (5.0, 50.0)
    assert lab["usual_species_id"] == species["id"]
    (curve,) = rows(db, GrowthCurve)
    assert curve["species_id"] == species["id"]
    assert {point["growth_curve_id"] for point in rows(db, GrowthPoint)} == {curve["id"]}
    (change,) = rows(db, ChangeLog)
    assert change["kind"] == "lab.found"

    before = counts(db)
    assert found_lab(db, command, NOW) == replace(first, repeated=True)
    assert counts(db) == before


def test_a_name_or_a_zone_that_is_none_is_refused(db: Database) -> None:
    for changes, field in (
        ({"lab": "  "}, "lab"),
        ({"username": ""}, "username"),
        ({"username": "jo hale"}, "username"),
        ({"username": "jo\thale"}, "username"),
        ({"timezone": "Europe/Londres"}, "timezone"),
        ({"timezone": ""}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"timezone": "Europe"}, "timezone"),
    ):
        with nothing_written(db):
            with pytest.raises(Refused) as error:
                found_lab(db, founding(**changes), NOW)
            assert error.value.field == field
            plain(error.value)
    with nothing_written(db), pytest.raises(KnownError):
        found_lab(db, founding(curve_text="week,grams\n"), NOW)
    assert counts(db) == [0] * len(TABLES)


def test_a_database_that_has_a_lab_is_left_alone(db: Database) -> None:
    add(db, Lab, name="Cole lab", timezone="UTC")
    with nothing_written(db):
        with pytest.raises(Refused) as error:
            found_lab(db, founding(), NOW)
        assert error.value.field == "lab"
        assert plain(error.value) == "This database has a lab already."


def test_two_people_founding_at_once_found_one(db: Database, database_url: str) -> None:
    """Both look for labs before either has one, if they may."""
    both = Barrier(2)
    looking = "BEGIN IMMEDIATE" if db.dialect == "sqlite" else "pg_advisory_xact_lock"
    first = [True, True]

    def found(place: int, db: Database) -> None:
        def meet() -> None:
            if first[place]:
                first[place] = False
                both.wait(SECONDS)

        with on_statement(db, looking, meet):
            found_lab(db, founding(lab=f"lab {place}", username=f"user{place}"), NOW)

    with ExitStack() as stack:
        other = stack.enter_context(closing(open_database(database_url)))
        pool = stack.enter_context(ThreadPoolExecutor(2))
        results = [pool.submit(found, place, one) for place, one in enumerate((db, other))]
        errors = [one.exception(SECONDS) for one in results]
    (refused,) = (error for error in errors if error is not None)
    assert isinstance(refused, Refused)
    assert len(rows(db, Lab)) == len(rows(db, LabMember)) == 1
