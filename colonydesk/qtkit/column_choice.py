"""Which columns of a table are shown: as many as have room, and those that somebody asks for."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QTableView


class ColumnChoice(QObject):
    """Where a table has no room for all its columns those at the right go out of sight: none moves sideways.

    The menu of a button (``set_button``), also of the table's head, brings them back or takes others away;
    ``state`` keeps that. The first column, and the one that ``keep`` names, never give way.

    ``changed`` when others are shown. The view calls ``fit`` when it has another size.
    """

    changed = Signal()

    def __init__(self, view: QTableView, titles: Sequence[str], usual: Sequence[int]) -> None:
        super().__init__(view)
        self._view, self._titles, self._usual = view, tuple(titles), tuple(usual)
        # What is kept knows a column by its title, and a second one of that title by its place too.
        self._names = [
            title if titles.index(title) == place else f"{title} {place}"
            for place, title in enumerate(titles)
        ]
        self._chosen: dict[str, bool] = {}
        self._kept = 0
        header = view.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(lambda where: self.ask(header.mapToGlobal(where)))
        self.fit()

    def keep(self, column: int) -> None:
        """This one stays in sight, as the table is sorted by it."""
        self._kept = column
        self.fit()

    def is_off(self, column: int) -> bool:
        """Whether somebody has taken it away."""
        return self._chosen.get(self._names[column]) is False

    def state(self) -> bytes:
        """What was chosen, to be put back with ``restore``."""
        return json.dumps(self._chosen).encode()

    def restore(self, state: bytes | None) -> None:
        """Choose as ``state`` says; what cannot be read changes nothing."""
        try:
            found = json.loads(state or b"{}")
        except ValueError:
            return
        if isinstance(found, dict):
            self._chosen = {key: found[key] for key in self._names[1:] if isinstance(found.get(key), bool)}
            self.fit()

    def fit(self) -> None:
        """Show what was asked for, and as many of the others as there is room for."""
        room = self._view.viewport().width()
        shown = [place for place in range(len(self._titles)) if not self.is_off(place)]
        for place in reversed(shown[1:]):
            if sum(self._usual[one] for one in shown) <= room:
                break
            if place != self._kept and self._names[place] not in self._chosen:
                shown.remove(place)
        hidden = [place not in shown for place in range(len(self._titles))]
        if hidden != [self._view.isColumnHidden(place) for place in range(len(hidden))]:
            for place, away in enumerate(hidden):
                self._view.setColumnHidden(place, away)
            self.changed.emit()

    def set_button(self, button: QPushButton) -> None:
        """The button that opens the menu."""
        button.clicked.connect(lambda: self.ask(button.mapToGlobal(QPoint(0, button.height()))))

    def menu(self) -> QMenu:
        """A tick for each column, and the way back."""
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for place, title in enumerate(self._titles):
            act = menu.addAction(title)
            act.setCheckable(True)
            act.setChecked(not self._view.isColumnHidden(place))
            act.setEnabled(place > 0)  # a row without its name is nobody
            act.triggered.connect(lambda on, name=self._names[place]: self._choose(name, on))
        menu.addSeparator()
        usual = menu.addAction(self.tr("As usual"))
        usual.setEnabled(bool(self._chosen))
        usual.triggered.connect(lambda _on: self.restore(None))
        return menu

    def ask(self, where: QPoint) -> None:
        """Open the menu there."""
        self.menu().popup(where)

    def _choose(self, name: str, on: bool) -> None:
        self._chosen[name] = on
        self.fit()
