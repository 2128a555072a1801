"""Who records: the members to choose from at the bottom of the window, and the one who is chosen."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QObject, Signal

from colonydesk.queries.people import Member, active_members
from colonydesk.ui.desk import Desk
from colonydesk.ui.frame import StatusBar

_TABLES = frozenset({"lab_member", "imported"})


class Recording(QObject):
    """Keeps the desk's member and the status bar's list as the database has them; ``told`` as of a screen."""

    told = Signal(str, str)

    def __init__(self, desk: Desk, status: StatusBar, url: str) -> None:
        """``url`` is the database's: of each the settings remember who recorded last."""
        super().__init__(desk)
        self._desk = desk
        self._status = status
        self._url = url
        self._members: dict[UUID, Member] = {}
        status.member_chosen.connect(self._on_chosen)
        desk.bus.changed.connect(self._on_changed)

    def begin(self, members: tuple[Member, ...], username: str | None, *, anybody: bool = False) -> None:
        """Choose whom ``username`` names, else who recorded last, else the only one there is.

        ``anybody``: where none of these is there, the first will do.
        """
        self._members = {member.id: member for member in members}
        remembered = self._desk.settings.member_for(self._url)
        by_name = next((one.id for one in members if one.username == username), None)
        if username and by_name is None:
            text = self.tr("{} is not an active member; choose below who records.")
            self.told.emit("warning", text.format(username))
        # As texts: what the settings hold may be damaged.
        chosen = by_name or next((one for one in self._members if str(one) == remembered), None)
        if chosen is None:
            chosen = next(iter(self._members)) if len(self._members) == 1 or (anybody and members) else None
        self._show(chosen)

    def reload(self) -> None:
        """Read again who may record."""
        self._desk.read_plain("who may record", active_members, done=self._on_members)

    def _show(self, chosen: UUID | None) -> None:
        shown = [(one.id, one.full_name or one.username) for one in self._members.values()]
        self._status.set_members(shown, chosen)
        member = self._members[chosen] if chosen is not None else None
        if member != self._desk.member:
            self._desk.set_member(member)

    def _on_chosen(self, chosen: UUID) -> None:
        self._show(chosen)
        self._desk.settings.remember_member(self._url, str(chosen))
        self._desk.jobs.write(self._desk.settings.save)

    def _on_changed(self, changed: dict[str, frozenset[UUID]]) -> None:
        if _TABLES & changed.keys():
            self.reload()

    def _on_members(self, members: tuple[Member, ...]) -> None:
        self._members = {member.id: member for member in members}
        member = self._desk.member
        if member is not None and member.id not in self._members:
            # Nobody else takes the place: entries would go under a name that was not chosen.
            text = self.tr("{} is not an active member any more; choose below who records.")
            self.told.emit("warning", text.format(member.full_name or member.username))
        self._show(member.id if member is not None and member.id in self._members else None)
