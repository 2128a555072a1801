"""The page of one animal: its head, its tabs, and a form in their place while something is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.parts import EmptyState, on_keys, rule, surface
from colonydesk.queries.overview import Overview, overview
from colonydesk.ui.animal.acts import ActsTab
from colonydesk.ui.animal.days import DaysTab
from colonydesk.ui.animal.form_place import FormPlace
from colonydesk.ui.animal.genes import GenesTab
from colonydesk.ui.animal.glance import GlanceTab
from colonydesk.ui.animal.head import Head
from colonydesk.ui.animal.lodging import LodgingTab
from colonydesk.ui.animal.noted import NotesTab
from colonydesk.ui.animal.past import PastTab
from colonydesk.ui.animal.tab import Tab, Veil
from colonydesk.ui.animal.tree import TreeTab
from colonydesk.ui.desk import Desk

if TYPE_CHECKING:
    from colonydesk.ui.forms.form import RecordForm

# A change of these alters what is shown of animals that no subject id names.
_FOR_ALL = frozenset({"lab", "growth_curve", "growth_point", "line", "species", "strain", "imported"})

_HUSBANDRY = (DaysTab, LodgingTab, GenesTab)
"""What a human subject has not."""


class AnimalPage(QWidget):
    """``told`` carries a kind of notice and its sentence, ``wanted`` a record to be opened elsewhere.

    ``closed``: Escape or the button; the page stays as it is. ``shown`` carries the id of the animal that is
    shown now, also where one was walked to in the family.
    """

    told = Signal(str, str)
    wanted = Signal(str, object)
    closed = Signal()
    shown = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._subject_id: UUID | None = None
        self._overview: Overview | None = None
        self._trail: list[UUID] = []
        self._stale: set[int] = set()
        self.head = Head(desk.source)
        self._head_veil = Veil(desk.source, self.head)
        self.bar = QTabBar()
        self._stack = QStackedWidget()
        self.empty = EmptyState(self.tr("Choose an animal to see what is known of it."))
        self.tabs: list[Tab | None] = []
        self._makers: list[Callable[[Desk], Tab]] = []
        for title, make in _tabs(self):
            self.bar.addTab(title.replace("&", "&&"))
            self.tabs.append(None)
            self._makers.append(make)
        self._lay_out()
        self._connect()
        self._add_shortcuts()
        self.setMinimumWidth(560)

    def _lay_out(self) -> None:
        self.bar.setExpanding(False)
        self.bar.setDrawBase(False)
        self.bar.setUsesScrollButtons(True)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)
        self.bar.setAccessibleName(self.tr("Parts of the page"))
        tabbed = QWidget()
        column = QVBoxLayout(tabbed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        along = surface("panel")
        row = QHBoxLayout(along)
        row.setContentsMargins(7, 0, 0, 0)  # so that the first word stands below the name
        row.addWidget(self.bar)
        column.addWidget(along)
        column.addWidget(rule())
        column.addWidget(self._stack, 1)
        self._body = FormPlace(self._desk, tabbed)
        page = QWidget()
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.head)
        whole.addWidget(self._body, 1)
        self._page = page
        self._whole = QStackedWidget()
        self._whole.addWidget(self.empty)
        self._whole.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._whole)

    def _connect(self) -> None:
        self.bar.currentChanged.connect(self._on_tab)
        self.head.back.connect(self.go_back)
        self.head.closed.connect(self.close_page)
        self._body.told.connect(self.told)
        self._body.wanted.connect(self.wanted)
        self._body.left.connect(self._on_form_left)
        self._desk.bus.tell(self, self._on_changed)

    def _add_shortcuts(self) -> None:
        steps: list[tuple[str, Callable[[], object]]] = [
            ("Ctrl+Tab", lambda: self._step(1)),
            ("Ctrl+Shift+Tab", lambda: self._step(-1)),
            ("Alt+Left", self.go_back),
            ("Ctrl+E", self.edit),
            ("F3", self._why),
        ]
        steps += [(f"Alt+{place + 1}", partial(self.open_tab, place)) for place in range(len(self.tabs))]
        for keys, act in steps:
            on_keys(self, keys, act)

    def prepare(self) -> None:
        """Build what the first animal needs, while nobody waits for it yet: a step at a time.

        The plotting library comes in a reader; without this the first animal waits for all of it.
        """
        steps: list[Callable[[], object]] = [
            partial(self._tab_at, 0),
            self._prepare_days,
            partial(_polish, self),
        ]

        def step() -> None:
            steps.pop(0)()
            if steps:
                QTimer.singleShot(0, self, step)

        QTimer.singleShot(0, self, step)

    def prepared(self) -> bool:
        """Whether what ``prepare`` builds is there."""
        days = self.tabs[self._makers.index(DaysTab)]
        return isinstance(days, DaysTab) and days.curve is not None

    def _prepare_days(self) -> None:
        days = self._tab_at(self._makers.index(DaysTab))
        assert isinstance(days, DaysTab)
        days.prepare()

    # Which animal

    def show(self, subject_id: UUID | None = None) -> bool:  # type: ignore[override]
        """Show this animal; without one just the widget, as any other.

        False where something typed is not saved yet: then the field says so, and the page stays.
        """
        super().show()
        if subject_id is None or subject_id == self._subject_id:
            return True
        if self.unsaved():
            return False
        self._take(subject_id)
        return True

    def subject_id(self) -> UUID | None:
        """The animal that is shown, or on its way."""
        return self._subject_id

    def overview(self) -> Overview | None:
        """What is shown in the head, None before the first."""
        return self._overview

    def walk(self, subject_id: UUID) -> None:
        """Go on to another animal; ``go_back`` comes back to this one."""
        before = self._subject_id
        if subject_id != before and self.show(subject_id) and before is not None:
            self._trail.append(before)
            self.head.back_button.show()

    def go_back(self) -> None:
        """Back to the animal from which this one was walked to."""
        if self._trail and not self.unsaved():
            self._take(self._trail.pop())
            self.head.back_button.setVisible(bool(self._trail))

    def close_page(self) -> None:
        """Put the page away, unless something typed is not saved yet."""
        if not self.unsaved():
            self._body.put_away()
            self.closed.emit()

    def unsaved(self) -> bool:
        """Whether something is typed that is not saved; its field says so then."""
        if self._body.form is not None and not self._body.form.free():
            return True
        for place, tab in enumerate(self.tabs):
            if tab is not None and tab.unsaved():
                self.open_tab(place)
                return True
        return False

    def remember_layout(self) -> None:
        """Put the place of the sash between curve and days into the settings."""
        days = self.tabs[self._makers.index(DaysTab)]
        if isinstance(days, DaysTab):
            days.remember_layout()

    def _take(self, subject_id: UUID) -> None:
        self._body.put_away()
        self._subject_id = subject_id
        if self._overview is not None:
            self._head_veil.show()
            self._head_veil.raise_()
            for tab in self.tabs:
                if tab is not None:
                    tab.dim()
        self._read()
        self.shown.emit(subject_id)

    def _read(self) -> None:
        if self._subject_id is not None:
            self._desk.read(
                ("animal", id(self)),
                overview,
                self._subject_id,
                done=self._on_overview,
                failed=self._on_failed,
            )

    def _on_overview(self, found: Overview) -> None:
        self._overview = found
        self._head_veil.hide()
        self.head.show_overview(found, self._desk.now())
        self._whole.setCurrentWidget(self._page)
        self._stale = set(range(len(self.tabs)))
        for place, make in enumerate(self._makers):
            self.bar.setTabVisible(place, not (found.is_human and make in _HUSBANDRY))
        self._load_tab()

    def _on_failed(self, error: Exception) -> None:
        """The animal is gone, or the database does not answer: the page says so in its place."""
        if not isinstance(error, KnownError):
            return
        self._overview = None
        self.empty.tell(error.sentence, self.tr("Try again"), self._read)
        if self._body.form is None:  # what is typed there, or offered to be undone, stays in sight
            self._whole.setCurrentWidget(self.empty)

    def _on_changed(self, changed: Mapping[str, frozenset[UUID]]) -> None:
        """Read again what has changed of this animal; what is typed in a form stays."""
        subjects = changed.get("subject")
        mine = subjects is not None and (not subjects or self._subject_id in subjects)
        if self._subject_id is not None and (mine or _FOR_ALL & changed.keys()):
            self._read()
        elif "note" in changed and self._overview is not None:
            # One on a record of the animal names that record, not the animal.
            self._stale.add(self._makers.index(NotesTab))
            self._load_tab()

    # The tabs

    def open_tab(self, place: int) -> None:
        """Show a tab, and give it the keys; one that this subject has not is passed over."""
        if self._body.form is not None or not self.bar.isTabVisible(place):
            return
        self.bar.setCurrentIndex(place)
        tab = self.current_tab()
        if tab is not None:
            tab.first_focus().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def current_tab(self) -> Tab | None:
        return self.tabs[self.bar.currentIndex()]

    def _step(self, by: int) -> None:
        here, count = self.bar.currentIndex(), self.bar.count()
        places = [(here + by * step) % count for step in range(1, count + 1)]
        self.open_tab(next(place for place in places if self.bar.isTabVisible(place)))

    def _on_tab(self, _place: int) -> None:
        if self._overview is not None:
            self._load_tab()

    def _load_tab(self) -> None:
        """Build the tab that is in sight, and let it read, where that has not been done."""
        place = self.bar.currentIndex()
        tab = self._tab_at(place)
        self._stack.setCurrentWidget(tab)
        if place in self._stale and self._overview is not None:
            self._stale.discard(place)
            tab.load(self._overview)

    def _tab_at(self, place: int) -> Tab:
        tab = self.tabs[place]
        if tab is None:
            tab = self._makers[place](self._desk)
            tab.told.connect(self.told)
            tab.wanted.connect(self.wanted)
            tab.walked.connect(self.walk)
            tab.form_wanted.connect(self.open_form)
            self.tabs[place] = tab
            self._stack.addWidget(tab)
        return tab

    # Forms

    def edit(self) -> None:
        """The animal's own form."""
        if self._subject_id is not None:
            self.open_form("subject", self._subject_id, {})

    def open_form(self, table: str, row_id: UUID | None, preset: Mapping[str, Any]) -> None:
        """A record's form in place of the tabs; without an id a new record that holds ``preset``."""
        self._body.open(table, row_id, preset)

    def form(self) -> RecordForm | None:
        """The form that is open, None where the tabs are shown."""
        return self._body.form

    def leave_form(self) -> None:
        """Back to the tabs, unless something typed is not saved yet: the form says so then."""
        self._body.leave()

    def _on_form_left(self) -> None:
        tab = self.current_tab()
        if self._overview is None:
            self._whole.setCurrentWidget(self.empty)
            self.empty.setFocus(Qt.FocusReason.OtherFocusReason)
        elif tab is not None:
            tab.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    # Keys

    def take_keys(self) -> None:
        """Give the keys to the form that is open, else to the tab that is shown."""
        tab = self.current_tab()
        if self._body.form is not None:
            self._body.form.view.focus()
        else:
            (tab.first_focus() if tab is not None else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def _why(self) -> None:
        """Why the numbers are what they are: of the day in hand, else of today."""
        if self._body.form is not None or self._overview is None:
            return
        place = self._makers.index(DaysTab)
        if not self.bar.isTabVisible(place):
            return
        if self.bar.currentIndex() != place:
            self.open_tab(place)
        tab = self.current_tab()
        if isinstance(tab, DaysTab):
            tab.toggle_why()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            (self.close_page if self._body.form is None else self.leave_form)()
        else:
            super().keyPressEvent(event)


def _polish(page: QWidget) -> None:
    """Let the style sheet look at every part now instead of when it is first shown."""
    for part in page.findChildren(QWidget):
        part.ensurePolished()


def _tabs(page: AnimalPage) -> list[tuple[str, Callable[[Desk], Tab]]]:
    """Each tab's title, and what builds it when it is first shown."""
    return [
        (page.tr("Overview"), GlanceTab),
        (page.tr("Weight & water"), DaysTab),
        (page.tr("Procedures"), ActsTab),
        (page.tr("Notes"), NotesTab),
        (page.tr("Family"), TreeTab),
        (page.tr("History"), PastTab),
        (page.tr("Housing"), LodgingTab),
        (page.tr("Genotype"), GenesTab),
    ]
