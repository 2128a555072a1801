"""What a sitting takes back: tried again where the server was down, let go where it is refused."""

from uuid import UUID, uuid4

import pytest

from colonydesk.db.tables import Food
from colonydesk.domain.errors import KnownError, Refused
from colonydesk.services import undo as undoing
from colonydesk.services.records import SaveRecord, save_record
from colonydesk.ui.taking_back import TakingBack, passes
from tests.builders import NOW, rows
from tests.ui.forms import Forms


def saved(forms: Forms, name: str) -> UUID:
    row_id = uuid4()
    command = SaveRecord(
        command_id=uuid4(), table="food", id=row_id, user_id=forms.here.ann, values={"name": name}
    )
    save_record(forms.here.db, command, NOW)
    return command.command_id


def names(forms: Forms) -> list[str]:
    return [food["name"] for food in rows(forms.here.db, Food)]


def test_a_server_that_is_down_is_asked_again_with_the_same_undo(
    forms: Forms, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Exception] = []
    done = TakingBack(forms.desk, told.append)
    first, second = saved(forms, "Oats"), saved(forms, "Hay")
    done.add(first)
    done.add(second)
    tried: list[UUID] = []
    true = undoing.undo

    def lost(*arguments: object) -> object:
        tried.append(arguments[1])  # type: ignore[arg-type]
        true(*arguments)  # type: ignore[arg-type]
        raise KnownError("The server does not answer.")  # it has done it; only its answer is lost

    with monkeypatch.context() as patch:
        patch.setattr(undoing, "undo", lost)
        done.undo(second)
    assert [str(error) for error in told] == ["The server does not answer."]
    assert done.last() == second
    finished: list[bool] = []
    done.undo(second, lambda: finished.append(True))
    assert finished == [True]
    assert done.last() == first
    assert names(forms) == ["Oats"]


def test_one_that_is_refused_is_said_once_and_let_go(forms: Forms) -> None:
    told: list[Exception] = []
    done = TakingBack(forms.desk, told.append)
    first = saved(forms, "Oats")
    done.add(first)
    unknown = uuid4()
    done.add(unknown)
    done.undo(unknown)
    assert [str(error) for error in told] == ["There is nothing to undo."]
    done.undo(first)
    assert names(forms) == []
    assert done.last() is None
    assert len(told) == 1


def test_without_a_member_nothing_is_let_go(forms: Forms) -> None:
    done = TakingBack(forms.desk, pytest.fail)
    first = saved(forms, "Oats")
    done.add(first)
    forms.desk.set_member(None)
    done.undo(first)
    assert done.last() == first
    assert passes(Refused("The member who records is not active any more.", "user"))
    assert not passes(Refused("This was changed again since."))
    assert not passes(ZeroDivisionError())
