"""Jobs that take as long as a test wants."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from colonydesk.qtkit.jobs import Jobs


class Slow:
    """What ``jobs`` are asked for waits, in order, until it is let through."""

    def __init__(self, jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
        self._asked: list[Callable[[], None]] = []
        for name in ("read", "write"):
            monkeypatch.setattr(jobs, name, partial(self._ask, getattr(jobs, name)))

    def _ask(self, really: Callable[..., None], *arguments: Any, **named: Any) -> None:
        self._asked.append(partial(really, *arguments, **named))

    def let_through(self, count: int = 1) -> None:
        """The first that wait."""
        for _ in range(count):
            self._asked.pop(0)()

    def let_all_through(self) -> None:
        """All that wait, and what they ask for in turn."""
        while self._asked:
            self.let_through()
