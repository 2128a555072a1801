"""What hangs on saving a line, on both engines; its automatic names are tested with what they name."""

from typing import Any
from uuid import UUID

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Line
from colonydesk.domain.errors import Refused
from tests.builders import Scene, row, rows, scene
from tests.services.saving import change, save


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


@pytest.fixture
def line(here: Scene) -> UUID:
    return here.add(Line, nickname="Ai95")


def test_a_line_has_a_nickname_of_its_own(here: Scene, line: UUID) -> None:
    for nickname, words in (("Ai95", "There is a line Ai95 already"), ("  ", "nickname"), (None, "nickname")):
        with pytest.raises(Refused, match=words) as error:
            save(here, "line", nickname=nickname)
        assert error.value.field == "nickname"
    other = save(here, "line", nickname="Sert")
    with pytest.raises(Refused, match="already"):
        change(here, Line, other, nickname="Ai95")
    assert len(rows(here.db, Line)) == 2


def test_a_new_line_begins_to_count_at_nothing(here: Scene) -> None:
    found = row(here.db, Line, save(here, "line", nickname="Sert"))
    counters = ("subject_autoname_index", "litter_autoname_index", "breeding_pair_autoname_index")
    assert [found[name] for name in counters] == [0, 0, 0]
    assert (found["is_active"], found["wean_days"]) == (True, 21)


@pytest.mark.parametrize("value", [-1, None])
@pytest.mark.parametrize("counter", ["subject", "litter", "breeding_pair"])
def test_a_counter_is_never_below_nothing(here: Scene, line: UUID, counter: str, value: Any) -> None:
    name = f"{counter}_autoname_index"
    with pytest.raises(Refused) as error:
        change(here, Line, line, **{name: value})
    assert error.value.field == name
    change(here, Line, line, **{name: 12})
    assert row(here.db, Line, line)[name] == 12
