"""What somebody else has saved or deleted while a form is open: told, and put beside what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from PySide6.QtCore import QObject

from colonydesk.ui.desk import Desk
from colonydesk.ui.forms.filled import of_loaded
from colonydesk.ui.forms.loading import Loaded
from colonydesk.ui.forms.merging import merge

if TYPE_CHECKING:
    from colonydesk.ui.forms.form import RecordForm


class Others(QObject):
    """What others do to the record of a form; never loaded under the hands."""

    def __init__(self, desk: Desk, form: RecordForm) -> None:
        super().__init__(form)
        self._desk = desk
        self._form = form

    def on_bus(self, changed: dict[str, frozenset[UUID]]) -> None:
        """Records have changed, here or elsewhere."""
        form = self._form
        if form.unread is not None and not form.unsaved() and not form.saving:
            form.unread()  # the server may be back
            return
        held, ids = form.held, changed.get(form.sheet.table)
        if held is None or held.version is None or form.saving:
            return
        if ids is not None and (not ids or held.id in ids):
            form.fetch(held.id, self._on_newer)
        elif changed.keys() & form.sheet.hangs_on and not form.unsaved():
            form.fetch(held.id, form.on_loaded)

    def _on_newer(self, loaded: Loaded) -> None:
        held = self._form.held
        if not self._form.unsaved():
            self._form.on_loaded(loaded)
            return
        if held is None or (loaded.record is not None and loaded.record.version == held.version):
            return
        if loaded.record is None:
            self._on_theirs(loaded)
            return
        text = self.tr("Somebody else has saved something newer. What you typed is kept.")
        self._form.strip.tell("near", text, [(self.tr("Show what differs"), self.show)])

    def show(self) -> None:
        """Put what others saved beside what was typed."""
        if self._form.held is not None:
            self._form.fetch(self._form.held.id, self._on_theirs)

    def _on_theirs(self, loaded: Loaded) -> None:
        form = self._form
        held = form.held
        if held is None:
            return
        if loaded.record is None:
            acts = [(self.tr("Make it anew"), self._make_anew), (self.tr("Discard"), form.close_record)]
            text = self.tr("Somebody else has deleted this record. What you typed is kept.")
            form.strip.tell("near", text, acts)
            return
        what = self.tr("Somebody else has changed this record")
        if held.version is None:  # the answer to the first save was lost on its way
            what = self.tr("This record was saved already")
        both = merge(form.sheet, form.view, held, of_loaded(loaded), form.zone_info(), form.fill)
        if both:
            form.strip.tell("near", self.tr("{}: choose at each marked field, then save.").format(what))
            form.view.focus(both[0])
        else:
            text = self.tr("{}: look at the marked fields, then save.").format(what)
            form.strip.tell("near", text, [(self.tr("Save"), form.save)])
        form.show_state()

    def _make_anew(self) -> None:
        held = self._form.held
        if held is not None:
            held.id, held.version, held.command = uuid4(), None, uuid4()
            self._form.strip.put_away()
            self._form.show_state()
