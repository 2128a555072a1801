"""What this workstation tells, and when."""

from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from colonydesk.settings import load
from colonydesk.ui.notifications import autostart
from colonydesk.ui.notifications.options import Options
from colonydesk.ui.notifications.station import StationPage
from tests.services.notices import NOW
from tests.ui.notices import Station

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def station_page(at: Station) -> StationPage:
    page = at.screen.show_page("station")
    assert isinstance(page, StationPage)
    return page


def test_the_choices_are_kept_in_the_settings(at: Station) -> None:
    page = station_page(at)
    QTest.mouseClick(page.minutes[15], Qt.MouseButton.LeftButton)
    QTest.mouseClick(page.closing[True], Qt.MouseButton.LeftButton)
    page.quiet.click()
    page.begin.clear()
    QTest.keyClicks(page.begin, "21:30")
    page.begin.editingFinished.emit()
    kept = Options(load(at.desk.settings.file))
    assert (kept.minutes, kept.keep_running, kept.quiet) == (15, True, True)
    assert kept.quiet_hours == (time(21, 30), time(7, 0))
    page.end.clear()
    QTest.keyClicks(page.end, "late")
    page.end.editingFinished.emit()
    assert page.hours_words.state() == "refused"


@pytest.mark.parametrize(
    ("begin", "end", "clock", "quiet"),
    [
        ("20:00", "07:00", "23:00", True),
        ("20:00", "07:00", "06:59", True),
        ("20:00", "07:00", "07:00", False),
        ("12:00", "13:00", "12:30", True),
        ("12:00", "13:00", "13:00", False),
        ("nonsense", "07:00", "21:00", True),
    ],
)
def test_quiet_hours_go_over_midnight(tmp_path: Path, begin: str, end: str, clock: str, quiet: bool) -> None:
    options = Options(load(tmp_path / "none.json"))
    options.set_quiet(True)
    options.settings.notices |= {"quiet_from": begin, "quiet_to": end}
    local = datetime.combine(NOW.date(), time.fromisoformat(clock)).astimezone()
    assert options.is_quiet(local.astimezone(UTC)) is quiet


def test_starting_with_the_session(at: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    page = station_page(at)
    page.session.click()
    text = (tmp_path / "autostart" / "colonydesk.desktop").read_text(encoding="utf-8")
    assert "Exec=" in text
    assert "colonydesk" in text
    assert autostart.is_on()
    page.session.click()
    assert not autostart.is_on()


def test_a_test_message_is_seen_without_a_tray(at: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    page = station_page(at)
    assert page.tray_state.text() == "This desktop has no tray"
    QTest.mouseClick(page.test_button, Qt.MouseButton.LeftButton)
    assert "how a message looks" in at.frame.notice.text()
    assert page.test_words.text() == "It stands at the top of the window."
    at.frame.notice.tell("The server does not answer.", "warning", stays=True)
    QTest.mouseClick(page.test_button, Qt.MouseButton.LeftButton)
    assert page.test_words.state() == "near"
    assert "when what stands there is put away" in page.test_words.text()
    assert at.frame.notice.text() == "The server does not answer."


def test_all_of_it_can_be_reached_by_tab(at: Station) -> None:
    """Every button and field takes the focus from the keyboard."""
    for name in ("list", "rules", "mail", "station"):
        page = at.screen.show_page(name)
        for button in page.findChildren(QPushButton):
            if button.isVisible() and button.isEnabled():
                assert button.focusPolicy() & Qt.FocusPolicy.TabFocus, (name, button.text())
