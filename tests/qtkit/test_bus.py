import threading
from uuid import uuid4

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
