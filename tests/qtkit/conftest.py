from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from colonydesk.qtkit.theme import ThemeSource

HERE = Path(__file__).parent
RESOURCES = HERE.parents[1] / "resources"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Off screen there are no window managers to hint at."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


@pytest.fixture
def source(qapp: QApplication) -> ThemeSource:
    return ThemeSource(qapp, RESOURCES)
