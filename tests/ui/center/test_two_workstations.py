"""Two processes on one database."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.db.migrate import open_database
from colonydesk.services.notices.marks import mark_notifications
from colonydesk.services.opening import watch_changes
from tests.builders import SECONDS
from tests.conftest import ROOT
from tests.services.notices import mark
from tests.ui.notices import station

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
WAIT = 30_000


OTHER = """
import sys
from pathlib import Path
from uuid import UUID
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from colonydesk.db.migrate import open_database
from colonydesk.services.notices.server import SaveMailServer, save_mail_server
from colonydesk.services.opening import watch_changes
from tests.ui.notices import open_station

url, ann, mouse, folder = sys.argv[1:]
app = QApplication([])
db = open_database(url)
at = open_station(app, db, Path(folder), UUID(ann), UUID(mouse))
at.center.looked.connect(lambda counts: print(counts.unread, flush=True))
watch = watch_changes(db, at.desk.bus.publish, lambda alive: None)
at.center.start()
app.exec()
"""


def test_what_is_done_on_one_workstation_is_gone_on_the_other(
    database_url: str, qapp: QApplication, tmp_path: Path, qtbot: QtBot
) -> None:
    """Two processes on one database; this one is the first."""
    db = open_database(database_url)
    at = station(qapp, db, tmp_path)
    one, _ = at.tell(), at.tell("M1 trained little", "mouse_training")
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER, database_url, str(at.ann), str(at.mouse), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert other.stdout is not None
    said: list[int] = []
    reader = threading.Thread(target=lambda: [said.append(int(line)) for line in other.stdout or ()])
    reader.start()
    try:
        qtbot.waitUntil(lambda: said[-1:] == [2], timeout=3 * WAIT)
        watch = watch_changes(db, at.desk.bus.publish, lambda _alive: None)
        at.center.start()
        qtbot.waitUntil(lambda: at.center.tray.count() == 2, timeout=WAIT)
        at.desk.write(mark_notifications, mark(at.ann, one))
        qtbot.waitUntil(lambda: at.center.tray.count() == 1, timeout=WAIT)
        qtbot.waitUntil(lambda: said[-1:] == [1], timeout=WAIT)
        watch.close()
    finally:
        other.kill()
        other.wait(SECONDS)
        reader.join(SECONDS)
        other.stdout.close()
        at.close()
        db.close()
