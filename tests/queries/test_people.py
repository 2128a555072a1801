"""Who may be chosen as recording, and the short lists."""

from uuid import uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Lab, LabMember, WaterType
from colonydesk.domain.errors import Refused
from colonydesk.queries.people import (
    LabChoice,
    Member,
    active_members,
    labs,
    recording_member,
    water_type_named,
    water_types,
)
from tests.builders import ZONE, Scene, add, scene


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def test_members_that_are_active_by_user_name(here: Scene) -> None:
    zoe = here.add(LabMember, username="zoe", first_name="Zoe", last_name="Adams")
    al = here.add(LabMember, username="al", last_name="Brown")
    with here.db.read() as connection:
        found = active_members(connection)
    assert set(found) == {
        Member(here.ann, "ann", ""),
        Member(here.bob, "bob", ""),
        Member(zoe, "zoe", "Zoe Adams"),
        Member(al, "al", "Brown"),
    }
    assert [one.username for one in found] == sorted(one.username for one in found)


def test_who_records_is_the_one_named_or_the_only_one() -> None:
    ann, bob = Member(uuid4(), "ann", "Ann Hale"), Member(uuid4(), "bob", "")
    assert recording_member((ann, bob), "bob") == bob
    assert recording_member((ann,), None) == ann
    for members, name, words in (
        ((ann, bob), "eve", "eve is not an active member"),
        ((ann,), "bob", "bob is not an active member"),
        ((ann, bob), None, "Say who records"),
        ((), None, "no active member"),
    ):
        with pytest.raises(Refused, match=words) as error:
            recording_member(members, name)
        assert error.value.field == "user"


def test_labs_and_waters_by_name_plain_water_first(here: Scene) -> None:
    cole = here.add(Lab, name="Cole lab", timezone="UTC")
    citric = here.add(WaterType, name="Citric Acid Water 2%")
    with here.db.read() as connection:
        assert labs(connection) == (
            LabChoice(cole, "Cole lab", "UTC"),
            LabChoice(here.lab, "Hale lab", ZONE),
        )
        found = water_types(connection)
        assert [one.id for one in found] == [here.water, citric, here.hydrogel]
        assert water_type_named(connection, " HYDROGEL ") == here.hydrogel
        with pytest.raises(Refused) as error:
            water_type_named(connection, "beer")
    assert error.value.field == "water_type"
    assert str(error.value) == (
        "There is no water called beer; there is: Water, Citric Acid Water 2%, Hydrogel."
    )


def test_an_empty_database_has_empty_lists(db: Database) -> None:
    with db.read() as connection:
        assert (active_members(connection), labs(connection), water_types(connection)) == ((), (), ())
        with pytest.raises(Refused, match="there is: none yet"):
            water_type_named(connection, "Water")
    add(db, LabMember, username="ann")
