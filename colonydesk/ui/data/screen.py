"""The data section: datasets and their files, and what they are filed under."""

from __future__ import annotations

from colonydesk.ui.data.files import CheckPage, RegisterPage
from colonydesk.ui.desk import Desk
from colonydesk.ui.records.kinds import KindsScreen, Page, page_of

_RECORDED = ("dataset", "file_record")
_UNDER = ("data_repository", "data_repository_type", "dataset_type", "data_format")


class DataScreen(KindsScreen):
    """``told`` and ``wanted`` as of a section."""

    def __init__(self, desk: Desk) -> None:
        groups = [
            (self.tr("Recorded data"), [page_of(table) for table in _RECORDED]),
            (self.tr("Filed under"), [page_of(table) for table in _UNDER]),
            (
                self.tr("On the disk"),
                [
                    Page("register", self.tr("Register a folder"), RegisterPage),
                    Page("check", self.tr("Check files"), CheckPage),
                ],
            ),
        ]
        super().__init__(desk, groups, self.tr("Kinds of record"))
