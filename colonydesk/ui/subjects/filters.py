"""The line of filters: a tag for each, which a press takes away, and a menu that adds one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from colonydesk.domain.codes import SEX
from colonydesk.qtkit.flow import FlowLayout
from colonydesk.qtkit.parts import surface
from colonydesk.qtkit.search import Choice, SearchLine
from colonydesk.qtkit.theme import L, M, S
from colonydesk.queries.find_anything import Cage, Found, cages_like, lines_like
from colonydesk.queries.people import LabChoice
from colonydesk.queries.subject_filters import Filters
from colonydesk.ui.desk import Desk
from colonydesk.ui.subjects.columns import tr
from colonydesk.ui.subjects.state import ViewState


def choice_words() -> dict[str, dict[str, str]]:
    """The words of each filter that is a choice, by its values."""
    return {
        "life": {"alive": tr("alive"), "dead": tr("dead"), "all": tr("alive and dead")},
        "whose": {"mine": tr("mine"), "lab": tr("my lab"), "all": tr("everybody's")},
        "sex": {code: tr("sex unknown") if code == "U" else word for code, word in SEX.items()},
        "zygosity": {
            "positive": tr("all positive"),
            "homo": tr("all homozygous"),
            "het": tr("all heterozygous"),
            "negative": tr("all negative"),
        },
    }


def mark_words() -> dict[str, str]:
    """The words of each filter that is a yes."""
    return {
        "breeder": tr("breeder"),
        "to_be_genotyped": tr("to be genotyped"),
        "to_be_culled": tr("to be culled"),
        "to_be_reduced": tr("to be reduced"),
        "restricted": tr("on restriction"),
        "below": tr("below threshold"),
    }


class FilterBar(QWidget):
    """``changed`` carries the fields of the filters that are others now, as a dict."""

    changed = Signal(object)
    named = Signal(str, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._state = ViewState()
        self._labs: tuple[LabChoice, ...] = ()
        self.add = QPushButton(self.tr("+ Filter"))
        self.add.setProperty("kind", "link")
        self.add.setToolTip(self.tr("Show only some of the animals (Ctrl+L)"))
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.add.clicked.connect(self.open_menu)
        self.line = self._field(tr("Name of a line"), lines_like, self._on_line)
        self.cage = self._field(tr("Name of a cage"), cages_like, self._on_cage)
        self._tags: list[QPushButton] = []
        self._flow = FlowLayout()
        self._flow.addWidget(self.add)
        self._flow.addWidget(self.line)
        self._flow.addWidget(self.cage)
        self.side = QHBoxLayout()
        self.side.setSpacing(S)
        row = QHBoxLayout()
        row.setContentsMargins(L, 5, M, 5)
        row.addLayout(self._flow, 1)
        row.addLayout(self.side)
        frame = surface("panel")
        frame.setLayout(row)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(frame)

    def set_labs(self, labs: Sequence[LabChoice]) -> None:
        self._labs = tuple(labs)

    def set_state(self, state: ViewState) -> None:
        """Show a tag for each filter."""
        self._state = state
        had_keys = any(tag.hasFocus() for tag in self._tags)
        for tag in self._tags:
            self._flow.removeWidget(tag)
            tag.hide()
            tag.deleteLater()
        self._tags = []
        for name, value, text in tags_of(state):
            tag = QPushButton(f"{text} ×")
            tag.setProperty("kind", "tag")
            tag.setAccessibleName(self.tr("Filter: {}; press to take it away").format(text))
            tag.clicked.connect(lambda _on=False, name=name, value=value: self.changed.emit({name: value}))
            self._flow.insert(len(self._tags), tag)
            tag.show()
            self._tags.append(tag)
        if had_keys:
            (self._tags[-1] if self._tags else self.add).setFocus(Qt.FocusReason.OtherFocusReason)

    def texts(self) -> list[str]:
        """What is filtered by, in words."""
        return [tag.text().removesuffix(" ×") for tag in self._tags]

    def open_menu(self) -> None:
        """Offer the filters."""
        self._menu.popup(self.add.mapToGlobal(self.add.rect().bottomLeft()))

    def _fill_menu(self) -> None:
        self._menu.clear()
        titles = {
            "life": tr("Alive or dead"),
            "whose": tr("Whose"),
            "sex": tr("Sex"),
            "zygosity": tr("Zygosity"),
        }
        for name, words in choice_words().items():
            menu = self._menu.addMenu(titles[name])
            group = QActionGroup(menu)
            for value, word in words.items():
                action = self._offer(menu, word, name, value)
                action.setChecked(getattr(self._state.filters, name) == value)
                action.setActionGroup(group)
        if len(self._labs) > 1:
            menu = self._menu.addMenu(tr("Lab"))
            for lab in self._labs:
                action = self._offer(menu, lab.name, "lab_id", lab.id)
                action.setChecked(self._state.filters.lab_id == lab.id)
        self._menu.addAction(tr("Line…"), lambda: self.ask_for(self.line))
        self._menu.addAction(tr("Cage…"), lambda: self.ask_for(self.cage))
        self._menu.addSeparator()
        for name, word in mark_words().items():
            action = self._offer(self._menu, word[0].upper() + word[1:], name, True)
            action.setChecked(getattr(self._state.filters, name))

    def _offer(self, menu: QMenu, word: str, name: str, value: Any) -> QAction:
        action = menu.addAction(word)
        action.setCheckable(True)
        action.triggered.connect(lambda _on=False: self._on_offered(name, value, word))
        return action

    def _on_offered(self, name: str, value: Any, word: str) -> None:
        found = self._state.filters
        if getattr(found, name) == value and name not in ("life", "whose"):
            self.changed.emit({name: getattr(Filters(), name)})
            return
        changes = {name: value}
        if name == "to_be_reduced" and found.life == "alive":
            changes["life"] = "dead"  # only the dead are reduced
        elif name in ("restricted", "below", "breeder", "to_be_culled") and found.life == "dead":
            changes["life"] = "alive"
        if name == "lab_id":
            self.named.emit(name, word)
        self.changed.emit(changes)

    # Lines and cages are searched for: there may be hundreds

    def _field(
        self, hint: str, query: Callable[..., Sequence[Found]], take: Callable[[Choice], None]
    ) -> _Field:
        field = _Field(self._desk.source, hint)
        field.setMaximumWidth(180)

        def ask(text: str) -> None:
            self._desk.read(
                ("filter", id(field)),
                query,
                text,
                done=lambda found: field.set_choices(
                    text, [Choice(one.key, one.title, one.detail) for one in found]
                ),
            )

        def taken(choice: Choice) -> None:
            self._put_away(field)
            take(choice)

        field.asked.connect(ask)
        field.chosen.connect(taken)
        field.left.connect(lambda: self._put_away(field))
        field.hide()
        return field

    def ask_for(self, field: _Field) -> None:
        """Ask for the name of a line or a cage, in place."""
        field.clear()
        field.show()
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_line(self, choice: Choice) -> None:
        self.named.emit("line_id", choice.title)
        self.changed.emit({"line_id": choice.key})

    def _on_cage(self, choice: Choice) -> None:
        cage = choice.key
        assert isinstance(cage, Cage)
        changes: dict[str, Any] = {"cage": cage.name, "lab_id": cage.lab_id}
        if not cage.living:
            changes["life"] = "all"
        self.named.emit("lab_id", cage.lab)
        self.changed.emit(changes)

    def _put_away(self, field: _Field) -> None:
        if field.hasFocus():
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)
        field.hide()


class _Field(SearchLine):
    left = Signal()
    takes_part = True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.popup_texts():
            self.left.emit()
        else:
            super().keyPressEvent(event)


def tags_of(state: ViewState) -> list[tuple[str, Any, str]]:
    """(field, the value that takes the filter away, its words) of each filter that is set."""
    found, nothing = state.filters, Filters(life="all")
    tags: list[tuple[str, Any, str]] = []
    for name, words in choice_words().items():
        value = getattr(found, name)
        if value != getattr(nothing, name):
            tags.append((name, getattr(nothing, name), words[value]))
    for name, word in (("lab_id", tr("lab: {}")), ("line_id", tr("line: {}"))):
        if getattr(found, name) is not None:
            tags.append((name, None, word.format(state.words.get(name, "…"))))
    if found.cage:
        tags.append(("cage", "", tr("cage: {}").format(found.cage)))
    tags += [(name, False, word) for name, word in mark_words().items() if getattr(found, name)]
    return tags
