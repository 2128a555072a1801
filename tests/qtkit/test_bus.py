import threading
from uuid import uuid4

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.bus import ChangeBus


def test_publishes_sets_and_nothing_where_nothing_changed(qtbot: QtBot) -> None:
    bus = ChangeBus()
    one = uuid4()
    told: list[dict[str, frozenset[object]]] = []
    bus.changed.connect(told.append)
    bus.publish({"weighing": (one, one), "subject": ()})
    bus.publish({})
    assert told == [{"weighing": frozenset([one]), "subject": frozenset()}]


def test_from_another_thread_it_arrives_in_this_one(qtbot: QtBot) -> None:
    bus = ChangeBus()
    threads: list[int] = []
    bus.changed.connect(lambda _told: threads.append(threading.get_ident()))
    thread = threading.Thread(target=bus.publish, args=({"weighing": [uuid4()]},))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: threads == [threading.get_ident()])


class Listener:
    def __init__(self, told: list[dict[str, frozenset[object]]]) -> None:
        self._told = told

    def hear(self, changed: dict[str, frozenset[object]]) -> None:
        self._told.append(changed)


def test_what_is_hidden_is_told_all_at_once_when_it_is_shown(qtbot: QtBot) -> None:
    bus, window = ChangeBus(), QWidget()
    part = QWidget(window)
    qtbot.addWidget(window)
    told: list[dict[str, frozenset[object]]] = []
    listener = Listener(told)
    bus.tell(part, listener.hear)
    one, two, three = uuid4(), uuid4(), uuid4()
    bus.publish({"weighing": [one], "subject": [two], "lab": [one]})
    bus.publish({"weighing": [two], "subject": [], "lab": [one]})
    bus.publish({"subject": [three]})
    assert told == []
    window.show()
    assert told == [{"weighing": frozenset([one, two]), "subject": frozenset(), "lab": frozenset([one])}]
    bus.publish({"weighing": [three]})
    assert told[1:] == [{"weighing": frozenset([three])}]
    window.hide()
    window.show()
    assert len(told) == 2
