"""Data problems: what imported books hold that cannot be right, each opening where it can be mended."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.bus import Changed
from colonydesk.qtkit.caret import CaretLine
from colonydesk.qtkit.parts import EmptyState, label, rule, surface
from colonydesk.qtkit.theme import L, S
from colonydesk.queries.problems import Problem, problems
from colonydesk.ui.desk import Desk

DELAY_MS = 400
"""Looking through the whole colony waits until a burst of changes is over."""


class ProblemsScreen(QWidget):
    """``told`` and ``wanted`` as of a section: Enter on a problem opens the record that it is in."""

    told = Signal(str, str)
    wanted = Signal(str, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._found: tuple[Problem, ...] = ()
        self._count = label(role="secondary")
        self.search = CaretLine()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search data problems"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(300)
        self.list = QListWidget()
        self.list.setObjectName("kinds")
        self.list.setAccessibleName(self.tr("Data problems"))
        self._nothing = EmptyState(self.tr("Looking through the books…"))
        self._lay_out()
        self.search.textChanged.connect(lambda _text: self._write())
        self.search.returnPressed.connect(self._into_list)
        self.list.itemActivated.connect(self._on_opened)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.reload)
        desk.bus.tell(self, self._on_changed)
        self.setFocusProxy(self.search)
        self.reload()

    def _lay_out(self) -> None:
        top = surface("panel")
        row = QHBoxLayout(top)
        row.setContentsMargins(L, S, L, S)
        row.setSpacing(S)
        row.addWidget(label(self.tr("Data problems"), "title"))
        row.addWidget(self._count)
        row.addSpacing(L)
        row.addWidget(self.search, 1)
        row.addStretch(1)
        row.addWidget(label(self.tr("Enter opens the record, to mend it"), "label"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(rule())
        column.addWidget(self.list, 1)
        column.addWidget(self._nothing, 1)
        self.list.hide()

    def texts(self) -> list[str]:
        """The problems that are listed."""
        return [self.list.item(row).text() for row in range(self.list.count())]

    def reload(self) -> None:
        """Look through the books again."""
        self._desk.read(
            ("problems", id(self)), problems, self._desk.now(), done=self._on_found, failed=self._on_failed
        )

    def _on_changed(self, _changed: Changed) -> None:
        self._timer.start()

    def _on_found(self, found: tuple[Problem, ...]) -> None:
        self._found = found
        self._write()

    def _write(self) -> None:
        typed = self.search.text().lower().split()
        shown = [one for one in self._found if all(word in one.text.lower() for word in typed)]
        row = self.list.currentRow()
        self.list.clear()
        for one in shown:
            item = QListWidgetItem(one.text)
            item.setData(Qt.ItemDataRole.UserRole, (one.table, one.id))
            item.setSizeHint(QSize(0, 32))
            self.list.addItem(item)
        self.list.setCurrentRow(min(max(row, 0), len(shown) - 1))
        self._count.setText(str(len(shown)))
        self.list.setVisible(bool(shown))
        self._nothing.setVisible(not shown)
        self._nothing.tell(
            self.tr("No problem is called so.") if self._found else self.tr("Nothing is wrong in the books.")
        )

    def _into_list(self) -> None:
        if self.list.count():
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_opened(self, item: QListWidgetItem) -> None:
        table, row_id = item.data(Qt.ItemDataRole.UserRole)
        self.wanted.emit(table, row_id)

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self.told.emit("error", str(error))
