"""One attempt at a time on the first page: done in a job, told on its form, and stopped when asked to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.jobs import Jobs
from colonydesk.ui.start_page import FormPage
from colonydesk.ui.start_work import Opened


class Attempts:
    """What was stopped and comes all the same is closed again; ``others`` are disabled meanwhile."""

    def __init__(self, jobs: Jobs, *others: QWidget) -> None:
        self._jobs = jobs
        self._others = others
        self._number = 0

    def run(
        self,
        page: FormPage,
        words: str,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[KnownError], object] | None = None,
        *,
        write: bool = False,
    ) -> None:
        """Do ``work`` in a job, with ``page`` saying ``words``; a ``write`` cannot be stopped.

        ``failed`` is told of what a person can act on; without it, and for a bug, the page says it.
        """
        self._number += 1
        number = self._number
        self.allow_others(False)
        page.work(words, stoppable=not write)

        def finished(result: Any) -> None:
            if number == self._number:
                self.rest(page)
                done(result)
            elif isinstance(result, Opened):
                self.close(result)

        def went_wrong(error: Exception) -> None:
            if number != self._number:
                return
            self.rest(page)
            if failed is not None and isinstance(error, KnownError):
                failed(error)
            else:
                page.fail(error)

        if write:
            self._jobs.write(work, finished, went_wrong)
        else:
            self._jobs.read(("start", number), work, finished, went_wrong)

    def stop(self, page: FormPage) -> None:
        """Wait no longer for what is under way."""
        self._number += 1
        self.rest(page)
        page.enter_action()

    def rest(self, page: FormPage) -> None:
        """Nothing is under way any more."""
        self.allow_others(True)
        page.rest()

    def allow_others(self, on: bool) -> None:
        """Whether anything else can be begun now."""
        for other in self._others:
            other.setEnabled(on)

    def close(self, opened: Opened) -> None:
        """Close a database that is not wanted after all."""
        self._jobs.write(opened.db.close)
