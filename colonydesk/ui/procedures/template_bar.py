"""Under a form with a narrative: the templates of the member, to put one in or to keep the present text."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import cast
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.caret import CaretLine
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.form_row import LABEL_WIDTH
from colonydesk.qtkit.theme import XS, S
from colonydesk.queries.templates import Template, templates
from colonydesk.services.done import Done
from colonydesk.services.templates import SaveTemplate, save_template
from colonydesk.ui.desk import Desk
from colonydesk.ui.forms.form import RecordForm


class _NameLine(CaretLine):
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class TemplateBar(QWidget):
    """A list of the templates, and a line for the name of a new one while it is asked for."""

    def __init__(self, desk: Desk, form: RecordForm) -> None:
        super().__init__()
        self._desk = desk
        self._form = form
        self._templates: tuple[Template, ...] = ()
        self._sent: tuple[str, str, UUID, UUID] | None = None
        self.box = QComboBox()
        self.box.setAccessibleName(self.tr("Narrative template"))
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.keep = QPushButton(self.tr("Keep as a template"))
        self.keep.setProperty("kind", "link")
        self.name = _NameLine()
        self.name.setPlaceholderText(self.tr("Name of the template"))
        self.name.setAccessibleName(self.tr("Name of the template"))
        self.save = QPushButton(self.tr("Keep"))
        self.sentence = Sentence(desk.source)
        self._lay_out()
        self._stand_under_narrative()
        self.box.activated.connect(self._on_chosen)
        self.keep.clicked.connect(self._ask_name)
        self.name.returnPressed.connect(self._on_save)
        self.name.left.connect(self._put_away)
        self.save.clicked.connect(self._on_save)
        desk.bus.changed.connect(self._on_changed)
        desk.member_changed.connect(self.reload)
        form.filled.connect(self._put_away)
        self._put_away()
        self.reload()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.addWidget(self.keep)
        line.addStretch(1)
        naming = QHBoxLayout()
        naming.setSpacing(S)
        naming.addWidget(self.name, 1)
        naming.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(LABEL_WIDTH + S, 0, 0, 0)
        column.setSpacing(XS)
        column.addWidget(self.box)
        column.addLayout(line)
        column.addLayout(naming)
        column.addWidget(self.sentence)

    def _stand_under_narrative(self) -> None:
        """In the form's column below the field, and behind it in the order of the keys."""
        editor = self._form.view.editor("narrative")
        column = cast(QVBoxLayout, self._form.view.layout())
        column.insertWidget(column.indexOf(editor.parentWidget()) + 1, self)
        before = editor.keys()
        for widget in (self.box, self.keep, self.name, self.save):
            QWidget.setTabOrder(before, widget)
            before = widget

    def reload(self) -> None:
        """Fetch the templates of who records."""
        if self._desk.member is None:
            self._on_templates(())
            return
        self._desk.read(
            ("templates", id(self)),
            templates,
            self._desk.member.id,
            done=self._on_templates,
            failed=self._on_failed,
        )

    def _on_templates(self, found: tuple[Template, ...]) -> None:
        self._templates = found
        self.box.clear()
        self.box.addItem(self.tr("Use a narrative template…"))
        for one in found:
            self.box.addItem(one.name)
        self.box.setVisible(bool(found))

    def _on_chosen(self, place: int) -> None:
        """The text goes into the empty narrative, or below what stands there."""
        self.box.setCurrentIndex(0)
        if not 1 <= place <= len(self._templates):
            return
        text = self._templates[place - 1].narrative
        before = self._form.view.value("narrative")
        self._form.view.put("narrative", f"{before}\n{text}" if before else text)
        self._form.view.focus("narrative")

    def _ask_name(self) -> None:
        if not self._form.view.value("narrative"):
            self.sentence.say("refused", text=self.tr("Write a narrative first."))
            self.sentence.show()
            return
        self.sentence.hide()
        self.name.show()
        self.save.show()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_save(self) -> None:
        member = self._desk.member
        if member is None:
            self.sentence.say("refused", text=self.tr("Choose below who records first."))
            self.sentence.show()
            return
        name, text = self.name.text(), self._form.view.value("narrative") or ""
        if self._sent is None or self._sent[:2] != (name, text):
            self._sent = (name, text, uuid4(), uuid4())  # the same again is the same command
        _, _, command_id, template_id = self._sent
        command = SaveTemplate(
            command_id=command_id, id=template_id, user_id=member.id, name=name, narrative=text
        )
        self._desk.write(save_template, command, self._on_saved, self._on_failed)

    def _on_saved(self, _done: Done) -> None:
        kept = self.name.text().strip()
        self._put_away()
        self.name.clear()
        self._sent = None
        self.sentence.say("ok", text=self.tr("Kept as “{}”.").format(kept))
        self.sentence.show()
        self._form.view.focus("narrative")

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, KnownError):
            return
        self.sentence.say("refused", text=error.sentence)
        self.sentence.show()

    def _on_changed(self, changed: Mapping[str, Collection[UUID]]) -> None:
        if "narrative_template" in changed or "imported" in changed:
            self.reload()

    def _put_away(self) -> None:
        self.name.hide()
        self.save.hide()
        self.sentence.hide()
