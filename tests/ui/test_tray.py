"""The icon's words; the icon itself is looked at in a real tray (tests/end_to_end/test_tray.py)."""

import pytest
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from colonydesk.paths import resources
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.ui.tray import Tray


@pytest.mark.qt_log_ignore("No such signal")  # of a platform without a tray
def test_the_icon_says_how_many_wait(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    tray = Tray(ThemeSource(qapp, resources()))
    tray.look()
    said = []
    for count in (1, 2, 0):
        tray.set_count(count)
        assert tray._icon is not None
        said.append(tray._icon.toolTip())
    assert said == ["ColonyDesk: 1 notification", "ColonyDesk: 2 notifications", "ColonyDesk: nothing waits"]
    tray.stop()
