"""The icons of the first page's choices: Lucide's, as the others (lucide-static 1.62.0, ISC licence).

Their licence stands in ``resources/icons/LICENSE``.
"""

from __future__ import annotations

from pathlib import Path

from colonydesk.qtkit.icons import IconSet

_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none" '
    'stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">'
)
_DRAWINGS = {
    "database": '<ellipse cx="12" cy="5" rx="9" ry="3"/><path d="M3 5V19A9 3 0 0 0 21 19V5"/>'
    '<path d="M3 12A9 3 0 0 0 21 12"/>',
    "server": '<rect width="20" height="8" x="2" y="2" rx="2" ry="2"/>'
    '<rect width="20" height="8" x="2" y="14" rx="2" ry="2"/>'
    '<line x1="6" x2="6.01" y1="6" y2="6"/><line x1="6" x2="6.01" y1="18" y2="18"/>',
    "file-plus": '<path d="M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.704.706l3.588 3.588A2.4 2.4'
    ' 0 0 1 20 8v12a2 2 0 0 1-2 2z"/><path d="M14 2v5a1 1 0 0 0 1 1h5"/><path d="M9 15h6"/>'
    '<path d="M12 18v-6"/>',
    "folder-open": '<path d="m6 14 1.5-2.9A2 2 0 0 1 9.24 10H20a2 2 0 0 1 1.94 2.5l-1.54 6a2 2 0 0 1-1.95 1.5'
    'H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h3.9a2 2 0 0 1 1.69.9l.81 1.2a2 2 0 0 0 1.67.9H18a2 2 0 0 1 2 2v2"/>',
    "rat": '<path d="M13 22H4a2 2 0 0 1 0-4h12"/><path d="M13.236 18a3 3 0 0 0-2.2-5"/>'
    '<path d="M16 9h.01"/><path d="M16.82 3.94a3 3 0 1 1 3.237 4.868l1.815 2.587a1.5 1.5 0 0 1-1.5 2.1'
    'l-2.872-.453a3 3 0 0 0-3.5 3"/>'
    '<path d="M17 4.988a3 3 0 1 0-5.2 2.052A7 7 0 0 0 4 14.015 4 4 0 0 0 8 18"/>',
    "import": '<path d="M12 3v12"/><path d="m8 11 4 4 4-4"/>'
    '<path d="M8 5H4a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V7a2 2 0 0 0-2-2h-4"/>',
}


class StartIcons(IconSet):
    """The drawings above behind ``IconSet``: no file is read for them."""

    def __init__(self) -> None:
        super().__init__(Path())
        self._sources = {name: f"{_HEAD}{drawing}</svg>" for name, drawing in _DRAWINGS.items()}
