"""How far a long work is: told often enough to be seen, and seldom enough not to hinder."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""``progress(done, total)``."""
STEPS = 500


class Steps:
    """Counts up to ``total``, and tells ``progress`` when another of 500 parts is done."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.done = 0
        self._total = total
        self._progress = progress
        self._told = -1

    def add(self, count: int) -> None:
        self.done = min(self.done + count, self._total)
        self._tell()

    def start(self) -> None:
        self._tell()

    def end(self) -> None:
        """What was not there any more is done too."""
        self.done = self._total
        self._tell()

    def _tell(self) -> None:
        part = STEPS * self.done // self._total if self._total else STEPS
        if self._progress is not None and part != self._told:
            self._told = part
            self._progress(self.done, self._total)
