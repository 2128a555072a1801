"""Who receives what: the rules, and who would get it now."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from colonydesk.db.errors import DatabaseUnavailable
from colonydesk.db.tables import Subject
from colonydesk.qtkit.search import Choice
from colonydesk.queries.receivers import rules_of
from colonydesk.ui.notifications import texts
from colonydesk.ui.notifications.rules import RulesPage
from tests.services.notices import member
from tests.ui.notices import Station

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_a_rule_is_saved_when_it_is_chosen(at: Station) -> None:
    rules = at.screen.show_page("rules")
    assert isinstance(rules, RulesPage)
    box = rules.scopes["mouse_water"]
    assert box.currentText() == "As usual: responsible member"
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_End)
    with at.db.read() as connection:
        assert rules_of(connection, at.ann) == {"mouse_water": "none"}
    rules.undo()
    with at.db.read() as connection:
        assert rules_of(connection, at.ann) == {}
    assert box.currentIndex() == 0


def test_rules_that_cannot_be_read_are_asked_for_once(at: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for again at once, they would be without end while the server is away."""
    rules = at.screen.show_page("rules")
    assert isinstance(rules, RulesPage)
    heard: list[str] = []
    rules.told.connect(lambda _kind, text: heard.append(text))

    def away(*_of: object) -> None:
        raise DatabaseUnavailable("lab cannot be reached.")

    monkeypatch.setattr("colonydesk.ui.notifications.rules.rules_of", away)
    rules.reload()
    assert heard == ["lab cannot be reached."]


def test_an_undo_that_finds_no_server_can_be_tried_again(
    at: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = at.screen.show_page("rules")
    assert isinstance(rules, RulesPage)
    box = rules.scopes["mouse_water"]
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_End)

    def away(*_of: object) -> None:
        raise DatabaseUnavailable("lab cannot be reached.")

    with monkeypatch.context() as broken:
        broken.setattr("colonydesk.services.undo.undo", away)
        rules.undo()
    rules.undo()
    with at.db.read() as connection:
        assert rules_of(connection, at.ann) == {}


def test_who_would_get_it_and_why(at: Station) -> None:
    rules = at.screen.show_page("rules")
    assert isinstance(rules, RulesPage)
    rules.animal.chosen.emit(Choice(at.mouse, "M1"))
    assert _who(rules) == [("ok: ann", "is responsible for the animal")]
    rules.scopes["mouse_underweight"].setCurrentIndex(4)
    rules.scopes["mouse_underweight"].activated.emit(4)
    assert _who(rules) == [("unknown: ann", "gets nothing: the own rule says none")]
    member(at.db, "stock", is_stock_manager=True)
    rules.ask_who("request_made")
    assert not rules.animal.isVisible()
    assert _who(rules) == [("ok: stock", "it is addressed to this member")]
    assert rules._who_about.text() == "Of any request:"


def test_an_animal_that_is_not_there_or_dead_is_said_so(at: Station) -> None:
    rules = at.screen.show_page("rules")
    assert isinstance(rules, RulesPage)

    def enter(text: str) -> str:
        rules.animal.setFocus()
        rules.animal.selectAll()
        QTest.keyClicks(rules.animal, text)
        QTest.keyClick(rules.animal, Qt.Key.Key_Return)
        return rules._who_about.text()

    rules.ask_who("mouse_underweight")
    assert enter("M1") == "Of M1:"
    assert _who(rules) == [("ok: ann", "is responsible for the animal")]
    assert enter("qqq") == "There is no animal “qqq”."
    assert _who(rules) == []
    assert enter("M1") == "Of M1:"
    with at.db.engine.begin() as connection:
        connection.execute(Subject.__table__.update().values(death_date=date(2026, 3, 1)))
    at.desk.bus.publish({"subject": [at.mouse]})  # by another workstation
    assert rules._who_about.text() == "M1 is dead: nothing is told of the dead."
    assert enter("M1") == "M1 is dead: nothing is told of the dead."
    assert _who(rules) == []


def test_where_the_rule_is_more_than_the_animal_that_is_shown_it_says_so(at: Station) -> None:
    rules = at.screen.show_page("rules")
    assert isinstance(rules, RulesPage)
    rules.animal.chosen.emit(Choice(at.mouse, "M1"))

    def words(kind: str) -> str:
        rules.ask_who(kind)
        return rules._who_about.text()

    assert words("mouse_water") == "Of M1:"
    assert words("responsible_user_change") == (
        "It goes to the member who was responsible, and to the one who is from then on. "
        "If M1 is given to another member now, beside that one:"
    )
    assert _who(rules) == [("ok: ann", "is responsible for the animal")]
    assert words("cage_cleaning_due") == (
        "It goes to the responsible members of all animals in the cage. For M1 alone:"
    )
    assert words("breeding_check_due").startswith("It goes to the responsible members of all living animals")
    assert words("request_due") == "Of any request: the member who asked, and nobody else."
    assert words("request_made").startswith("Of any request: nobody.")
    with at.db.engine.begin() as connection:
        connection.execute(Subject.__table__.update().values(responsible_user_id=None))
    assert words("responsible_user_change").endswith("If M1 is given to a member now, to nobody else.")
    assert words("cage_cleaning_due").endswith("For M1 alone: to nobody.")
    assert words("mouse_water") == "Of M1: nobody. It would be listed, and sent to no one."
    assert rules.scopes["breeding_check_due"].itemText(0) == "As usual: responsible members"


def _who(rules: RulesPage) -> list[tuple[str, str]]:

    from colonydesk.qtkit.parts import StateBadge

    found = []
    for place in range(rules._who.count()):
        item = rules._who.itemAt(place).widget()
        found.append((item.findChild(StateBadge).accessibleName(), item.findChild(QLabel).text()))
    return found


def test_of_requests_no_choice_is_offered_that_does_nothing(at: Station) -> None:
    """A request is of no animal yet: which animals one is told of takes none of them in."""
    page = at.screen.show_page("rules")
    assert isinstance(page, RulesPage)
    for kind, box in page.scopes.items():
        scopes = [box.itemData(place) for place in range(box.count())]
        of_requests = kind in ("request_made", "request_due")
        assert scopes == [None, "none"] if of_requests else [None, "mine", "lab", "all", "none"]


def test_every_type_is_on_the_screen_with_its_words() -> None:
    from colonydesk.domain.codes import NOTIFICATION_TYPE

    assert set(texts.TYPES) == set(NOTIFICATION_TYPE)
    assert all(texts.when_told(kind) for kind in texts.TYPES)
