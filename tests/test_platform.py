"""Traps of the platform itself, which a lock file alone does not keep out."""

import sys

from PySide6.QtCore import QObject


def test_calls_into_qt_leave_the_reference_count_of_none_alone() -> None:
    """PySide6 6.12 loses a reference to None with every call that returns nothing, and aborts in the end."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(1000):
        thing.setObjectName("name")
    assert abs(sys.getrefcount(None) - before) < 100
