"""What hangs on saving members and their time in a lab, on both engines."""

from contextlib import closing
from datetime import date
from typing import Any

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import Lab, LabMember, LabMembership
from colonydesk.domain.errors import Refused
from colonydesk.services.records import save_record
from tests.builders import NOW, Scene, at_once, nothing_written, row, rows, scene
from tests.db.faults import plain
from tests.services.saving import change, changing, delete, save

ADMINISTRATOR = {"is_active": True, "is_superuser": True}


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def refused(of: Scene, table: str, field: str, words: str, **values: Any) -> None:
    with nothing_written(of.db), pytest.raises(Refused) as error:
        save(of, table, **values)
    assert error.value.field == field
    assert words in plain(error.value)


@pytest.mark.parametrize("name", ["j.hale", "J_Hale-2", "zoë@lab+x"])
def test_user_names(here: Scene, name: str) -> None:
    found = row(here.db, LabMember, save(here, "lab_member", username=f" {name} "))
    assert (found["username"], found["date_joined"], found["is_active"]) == (name, NOW, True)


@pytest.mark.parametrize("name", ["j hale", "a/b", "a,b", "<x>"])
def test_user_names_that_are_none(here: Scene, name: str) -> None:
    refused(here, "lab_member", "username", "letters, digits", username=name)


def test_a_user_name_is_one_members_whatever_the_letters_case(here: Scene) -> None:
    for name in ("ann", "ANN"):
        refused(here, "lab_member", "username", "There is a member ann already.", username=name)
    refused(here, "lab_member", "username", "Give the username", username=None)
    change(here, LabMember, here.ann, username="Ann")
    with pytest.raises(Refused, match="a member bob already"):
        change(here, LabMember, here.ann, username="Bob")
    here.add(LabMember, username="jörg")
    refused(here, "lab_member", "username", "There is a member jörg already.", username="JÖRG")
    odd = here.add(LabMember, username="two words")
    change(here, LabMember, odd, first_name="Old")


@pytest.mark.parametrize("email", ["j@x.org", "j.hale+lab@mail.example.co.uk"])
def test_e_mail_addresses(here: Scene, email: str) -> None:
    assert row(here.db, LabMember, save(here, "lab_member", username="j", email=email))["email"] == email


@pytest.mark.parametrize("email", ["j", "j@x", "@x.org", "j@x..org", "a b@x.org", "a@x.org, b@x.org"])
def test_e_mail_addresses_that_are_none(here: Scene, email: str) -> None:
    refused(here, "lab_member", "email", "no e-mail address", username="j", email=email)


def test_the_last_administrator_stays_one(here: Scene) -> None:
    change(here, LabMember, here.ann, **ADMINISTRATOR)
    change(here, LabMember, here.eve, is_superuser=True)  # not active: no administrator
    for values, field in (
        ({"is_active": False}, "is_active"),
        ({"is_superuser": False}, "is_superuser"),
        ({"is_superuser": False, "is_active": False}, "is_superuser"),
    ):
        with nothing_written(here.db), pytest.raises(Refused) as error:
            change(here, LabMember, here.ann, **values)
        assert error.value.field == field
        assert plain(error.value) == "ann is the last administrator."
    with nothing_written(here.db), pytest.raises(Refused, match="ann is the last administrator"):
        delete(here, LabMember, here.ann)
    change(here, LabMember, here.ann, first_name="Ann")
    change(here, LabMember, here.bob, **ADMINISTRATOR)
    change(here, LabMember, here.ann, is_superuser=False)


def test_a_member_of_whom_nothing_is_in_the_books_is_deleted(here: Scene) -> None:
    new = save(here, "lab_member", username="typo")
    delete(here, LabMember, new)
    assert rows(here.db, LabMember, username="typo") == []


def test_two_administrators_cannot_send_each_other_away(here: Scene, database_url: str) -> None:
    for member in (here.ann, here.bob):
        change(here, LabMember, member, **ADMINISTRATOR)
    one = changing(here, LabMember, here.ann, is_superuser=False, by=here.bob)
    two = changing(here, LabMember, here.bob, is_superuser=False, by=here.ann)
    with closing(open_database(database_url)) as other:
        results = at_once(
            here.mouse,
            (here.db, other),
            [lambda db: save_record(db, one, NOW), lambda db: save_record(db, two, NOW)],
            taking="pg_advisory_xact_lock",
        )
    (error,) = (result for result in results if isinstance(result, Refused))
    assert "last administrator" in plain(error)
    assert len(rows(here.db, LabMember, is_superuser=True)) == 1


def membership(of: Scene, start: date | None = None, end: date | None = None, **values: Any) -> None:
    usual = {"user_id": of.ann, "lab_id": of.lab, "start_date": start, "end_date": end}
    save(of, "lab_membership", **{**usual, **values})


def test_a_member_is_in_a_lab_once_at_a_time(here: Scene) -> None:
    day = date(2026, 1, 10)
    with pytest.raises(Refused, match="end is before the start") as error:
        membership(here, day, date(2026, 1, 9))
    assert error.value.field == "end_date"
    membership(here, day, date(2026, 1, 20))
    for start, end in (
        (None, None),
        (day, day),
        (None, day),
        (date(2026, 1, 20), None),
        (date(2026, 1, 1), date(2026, 2, 1)),
    ):
        with nothing_written(here.db), pytest.raises(Refused, match="at that time already") as error:
            membership(here, start, end)
        assert error.value.field == "user_id"
    membership(here, date(2026, 1, 21))
    membership(here, None, date(2026, 1, 9))
    membership(here, day, user_id=here.bob)
    membership(here, day, lab_id=here.add(Lab, name="Cole lab"))
    which = rows(here.db, LabMembership, end_date=date(2026, 1, 20))[0]["id"]
    change(here, LabMembership, which, role="technician")
    change(here, LabMembership, which, end_date=date(2026, 1, 15))
