"""Every page of every section by name, for whoever types what they look for."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from colonydesk.queries.reports import REPORTS
from colonydesk.ui.sections import HOME_OF, SECTIONS
from colonydesk.ui.sheets import SHEETS

# Pages that are no list of one kind of record.
_OTHERS = (
    ("procedures", "ephys", "Ephys sessions"),
    ("procedures", "training", "Training week"),
    ("data", "register", "Register a folder"),
    ("data", "check", "Check files"),
    ("administration", "problems", "Data problems"),
    ("administration", "audit", "Audit trail"),
    ("notifications", "rules", "My rules for notifications"),
    ("notifications", "mail", "E-mail server"),
    ("notifications", "station", "Notifications on this workstation"),
)


def places() -> list[tuple[str, str, str]]:
    """The sections, then their pages: (key for ``Sections.go``, title, keys that open it)."""
    found = [
        (key, _tr(title), f"Ctrl+{number % 10}")
        for number, (key, title, _icon, _make) in enumerate(SECTIONS, 1)
    ]
    found += [
        (f"{HOME_OF.get(table, 'administration')}/{table}", sheet.title, "")
        for table, sheet in SHEETS.items()
        if table != "subject"
    ]
    found += [(f"{section}/{page}", _tr(title), "") for section, page, title in _OTHERS]
    found += [(f"reports/{name}", _tr("Report: {}").format(kind.title), "") for name, kind in REPORTS.items()]
    return found


def _tr(text: str) -> str:
    return QCoreApplication.translate("Sections", text)
