"""The table itself: its ids and rows from the readers, kept up to date, and words where there is nothing."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.parts import EmptyState
from colonydesk.qtkit.table import PagedTable
from colonydesk.qtkit.table_view import PagedView
from colonydesk.queries.subject_table import Listing, SubjectLine, lines, listing
from colonydesk.ui.desk import Desk
from colonydesk.ui.subjects.columns import all_columns, giving_way
from colonydesk.ui.subjects.state import ViewState

DIM_MS = 250
SETTLE_MS = 100
# A change of these alters rows that no subject id names.
FOR_ALL = frozenset(
    {
        "lab",
        "line",
        "lab_member",
        "lab_membership",
        "strain",
        "species",
        "source",
        "litter",
        "allele",
        "zygosity",
    }
    | {"breeding_pair", "subject_request", "growth_curve", "growth_point", "imported"}
)


class SubjectList(QStackedWidget):
    """``counted`` carries how many animals are listed and how many there are; ``told`` as of a screen;
    ``cleared`` comes where the person wants all filters gone."""

    counted = Signal(int, int)
    told = Signal(str, str)
    cleared = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._state = ViewState()
        self._known = False
        self._total: int | None = None
        self._keep = False
        self._generation = 0
        self._find: UUID | None = None
        self._reading = False
        self._then: Callable[[], None] | None = None
        self.model = PagedTable(all_columns(), self._fetch, self)
        self.view = PagedView(desk.source, self.model)
        self.view.setAccessibleName(self.tr("Subjects"))
        self.view.set_giving_way(giving_way())
        self.empty = EmptyState(self.tr("Reading the animals…"))
        self.addWidget(self.empty)
        self.addWidget(self.view)
        self._dim = QTimer(self)
        self._dim.setSingleShot(True)
        self._dim.setInterval(DIM_MS)
        self._dim.timeout.connect(lambda: self.view.set_dim(True))
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(lambda: self.reload(keep=True))
        desk.bus.tell(self, self._on_changed)

    def show_state(self, state: ViewState) -> None:
        """List by other filters or in another order; columns are the view's own."""
        self._state = state
        self.view.show_sorting(state.order.by, state.order.descending)
        self._read(self._total)

    def reload(self, *, keep: bool = False) -> None:
        """Read the list anew; ``keep``: who is selected, and how far it is scrolled."""
        self._read(None, keep=keep)

    def _read(self, total: int | None, *, keep: bool = False) -> None:
        """``total``: how many animals there are in all, where nothing has changed since they were counted."""
        self._keep = keep
        self._reading = True
        self._then = None
        self._dim.start()
        member = self._desk.member.id if self._desk.member else None
        self._desk.read(
            ("subjects", id(self)),
            listing,
            self._state.filters,
            self._state.order,
            member,
            self._desk.now(),
            total,
            done=self._on_listing,
            failed=self._on_failed,
        )

    def find(self, subject_id: UUID) -> None:
        """Mark this animal, now or when the list is there; one that the filters keep out is not in it."""
        self._find = subject_id
        if self.view.show_row(subject_id):
            self._find = None

    def _on_listing(self, found: Listing) -> None:
        self._reading = False
        self._dim.stop()
        self.view.set_dim(False)
        same = self._known and found.ids == self.model.ids()
        self._known = True
        self._total = found.total
        if same:
            self.model.put(found.rows)  # type: ignore[arg-type]
            self.model.retry()
        else:
            self._generation += 1
            kept = self.view.keeps() if self._keep else None
            self.model.set_ids(found.ids, found.rows)  # type: ignore[arg-type]
            if kept is not None:
                self.view.restore(kept)
            else:
                self.view.scrollToTop()
                self.view.selection_changed.emit()
        if self._find is not None:
            self.view.show_row(self._find)
            self._find = None
        self.counted.emit(len(found.ids), found.total)
        self._show_what_there_is(len(found.ids), found.total)
        if (then := self._then) is not None:
            self._then = None
            then()

    def lacks(self, subject_id: UUID) -> bool:
        """Whether this animal is not in the list that is shown."""
        return self._known and not self._reading and self.model.row_of(subject_id) is None

    def is_reading(self) -> bool:
        """Whether the list that was last asked for is still to come."""
        return self._reading

    def will_read(self) -> bool:
        """Whether something has changed for which the list will be read in a moment."""
        return self._settle.isActive()

    def when_listed(self, act: Callable[[], None]) -> None:
        """Do this when the list that was last asked for is there; at once where it is."""
        if self._reading:
            self._then = act
        else:
            act()

    def _show_what_there_is(self, count: int, total: int) -> None:
        if count:
            self.setCurrentWidget(self.view)
            return
        had_keys = self.view.hasFocus()
        if total:
            self.empty.tell(
                self.tr("No animal is like that."), self.tr("Show all animals"), self.cleared.emit
            )
        else:
            self.empty.tell(self.tr("There is no animal in this database yet. Make one with New subject."))
        self.setCurrentWidget(self.empty)
        if had_keys:
            self.empty.setFocus(Qt.FocusReason.OtherFocusReason)

    # Rows

    def _fetch(self, ids: tuple[Hashable, ...]) -> None:
        self._desk.read(
            ("subject rows", id(self), ids[0], len(ids)),
            lines,
            ids,
            self._desk.now(),
            done=partial(self._on_rows, self._generation),
            failed=self._on_failed,
        )

    def _on_rows(self, generation: int, rows: dict[UUID, SubjectLine]) -> None:
        if generation == self._generation:
            self.model.put(rows)  # type: ignore[arg-type]

    def _on_changed(self, changed: dict[str, frozenset[UUID]]) -> None:
        """Rows change where they stand; the list is read again when the changes pause."""
        subjects = changed.get("subject")
        if FOR_ALL & changed.keys() or subjects == frozenset():
            self.model.invalidate()
        elif subjects:
            self.model.invalidate(subjects)
        else:
            return
        self._total = None
        self._settle.start()

    def _on_failed(self, error: Exception) -> None:
        self._reading = False
        self._dim.stop()
        self.view.set_dim(False)
        if not isinstance(error, KnownError):
            return
        text = error.sentence
        if self._known:
            self.told.emit("error", text)
        else:
            self.empty.tell(text, self.tr("Try again"), self._try_again)
            self.setCurrentWidget(self.empty)

    def _try_again(self) -> None:
        self.empty.tell(self.tr("Reading the animals…"))
        self.reload()

    def retry(self) -> None:
        """The database answers again: ask for what has not come."""
        self.model.retry()
        self.reload(keep=True)

    def columns_of(self, keys: tuple[str, ...]) -> list[Any]:
        """The columns of these keys, in their order."""
        by_key = {column.key: column for column in self.model.columns()}
        return [by_key[key] for key in keys]
