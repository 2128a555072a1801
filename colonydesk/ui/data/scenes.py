"""The data section as pictures show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from PySide6.QtWidgets import QWidget

from colonydesk.ui.data.screen import DataScreen
from colonydesk.ui.pictures import wait_until

Program = Any  # the program builds the screens, and is not known to them


def _page(key: str) -> Callable[[Program], QWidget]:
    def scene(program: Program) -> QWidget:
        screen = program.frame.show_section("data")
        assert isinstance(screen, DataScreen)
        screen.show_page(key)
        wait_until(program.jobs.idle)
        return cast(QWidget, program.frame)

    return scene


SCENES: dict[str, Callable[[Program], QWidget]] = {
    "data": _page("dataset"),
    "data-register": _page("register"),
}
