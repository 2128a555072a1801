"""The plotting library is imported in a reader: it takes half a second, and the hands go on meanwhile.

It asks for every class of Qt. PySide makes a class when it is asked for first, and two threads that make the
same one at once bring the program down. So all are made here before, on the GUI thread, a few at a time.
"""

import time
from collections.abc import Callable, Iterator

from PySide6 import QtCore, QtGui, QtWidgets
from shiboken6 import isValid

from colonydesk.qtkit.jobs import Jobs

SLICE_SECONDS = 0.004


def _make_classes() -> Iterator[None]:
    for module in (QtCore, QtGui, QtWidgets):
        for name in dir(module):
            getattr(module, name)
            yield


_classes = _make_classes()  # a process has them once


def load_plotting(
    owner: QtCore.QObject,
    jobs: Jobs,
    done: Callable[[], None],
    failed: Callable[[Exception], None] | None = None,
) -> None:
    """Call ``done`` as soon as a curve can be drawn, but not for an ``owner`` that is gone by then."""
    until = time.perf_counter() + SLICE_SECONDS
    for _ in _classes:
        if time.perf_counter() > until:
            QtCore.QTimer.singleShot(0, owner, lambda: load_plotting(owner, jobs, done, failed))
            return

    def on_loaded(_none: None) -> None:
        if isValid(owner):
            done()

    jobs.read(("plotting", id(owner)), _import, on_loaded, failed)


def _import() -> None:
    """It makes types of its own, but no QObject."""
    import colonydesk.ui.curve.plot  # noqa: F401
