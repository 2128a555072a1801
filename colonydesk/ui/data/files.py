"""Register the files of a folder; look whether recorded files are there. Nothing on the disk is touched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from colonydesk.qtkit.forms import Entry
from colonydesk.services.data.check import Checked, CheckFiles, check_files
from colonydesk.services.data.register import Registered, RegisterFolder, register_folder
from colonydesk.services.opening import Database
from colonydesk.ui.data.work import FilesWork, Run, Share, folder_of, size_words
from colonydesk.ui.desk import Desk

LISTED = 500


class RegisterPage(FilesWork):
    """A dataset and a file record for each file below a folder."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            self.tr("Register a folder"),
            self.tr(
                "Each file below the folder becomes a dataset with its size, MD5 and SHA-1; its type follows "
                "from its name. Done again, only what is new is added. Nothing on the disk is touched."
            ),
            self.tr("Register the files"),
            [
                Entry("data_repository_id", self.tr("Repository"), "reference", required=True),
                Entry(
                    "root",
                    self.tr("Lies here at"),
                    "text",
                    required=True,
                    help=self.tr("The repository's own folder, as this computer sees it."),
                ),
                Entry(
                    "folder",
                    self.tr("Folder to register"),
                    "text",
                    required=True,
                    help=self.tr("A folder in it; the same for all of the repository."),
                ),
                Entry("session_id", self.tr("Of the session"), "reference"),
                Entry("subject_id", self.tr("Or of the animal"), "reference"),
            ],
            {"data_repository_id": "data_repository", "session_id": "session", "subject_id": "subject"},
        )
        self.add_browse("root")
        self.add_browse("folder")

    def _run(self) -> Run:
        return _register(self._desk.now)

    def finished(self, result: Registered) -> None:
        """Say how many came, and list what a person should look at."""
        parts = [self.tr("{} files registered ({})").format(result.added, size_words(result.size))]
        if result.known:
            parts.append(self.tr("{} known and unchanged").format(result.known))
        if result.differing:
            parts.append(self.tr("{} not as they were registered").format(len(result.differing)))
        if result.unread:
            parts.append(self.tr("{} could not be read").format(len(result.unread)))
        text = ", ".join(parts) + "."
        if result.cancelled:
            text = self.tr("Cancelled: {}").format(text)
        wrong = bool(result.differing or result.unread or result.cancelled)
        self.say("near" if wrong else "ok", text)
        lines = [
            self.tr("{}: {} now, {} when it was registered").format(
                one.place,
                size_words(one.size),
                size_words(one.size_recorded) if one.size_recorded is not None else "?",
            )
            for one in result.differing
        ]
        lines += [f"{one.place}: {one.reason}" for one in result.unread]
        self.list_files(lines[:LISTED])


class CheckPage(FilesWork):
    """Which recorded files of a repository are on the disk."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            self.tr("Check files"),
            self.tr(
                "Looks for every recorded file of a repository, and marks those that are not there. "
                "Where the repository's folder is not there at all, nothing is marked."
            ),
            self.tr("Check the files"),
            [
                Entry("data_repository_id", self.tr("Repository"), "reference", required=True),
                Entry(
                    "root",
                    self.tr("Lies here at"),
                    "text",
                    required=True,
                    help=self.tr("The repository's own folder, as this computer sees it."),
                ),
            ],
            {"data_repository_id": "data_repository"},
        )
        self.add_browse("root")

    def _run(self) -> Run:
        return _check(self._desk.now)

    def finished(self, result: Checked) -> None:
        """Say how many are there, and list those that are not."""
        parts = [self.tr("{} files are there").format(result.present)]
        if result.returned:
            parts.append(self.tr("{} of them again").format(result.returned))
        if result.missing:
            parts.append(self.tr("{} are not").format(len(result.missing)))
        if result.unread:
            parts.append(self.tr("{} could not be looked for").format(len(result.unread)))
        text = ", ".join(parts) + "."
        if result.cancelled:
            text = self.tr("Cancelled: {}").format(text)
        wrong = bool(result.missing or result.unread or result.cancelled)
        self.say("near" if wrong else "ok", text)
        lines = [self.tr("{}: not there").format(place) for place in result.missing]
        lines += [f"{one.place}: {one.reason}" for one in result.unread]
        self.list_files(lines[:LISTED])


def _register(now: Callable[[], datetime]) -> Run:
    def run(db: Database, values: Mapping[str, Any], share: Share) -> Registered:
        command = RegisterFolder(
            command_id=values["command_id"],
            user_id=values["user_id"],
            data_repository_id=values["data_repository_id"],
            root=folder_of(values, "root"),
            folder=folder_of(values, "folder"),
            session_id=values["session_id"],
            subject_id=values["subject_id"],
        )
        return register_folder(db, command, now, share.tell, lambda: share.cancelled)

    return run


def _check(now: Callable[[], datetime]) -> Run:
    def run(db: Database, values: Mapping[str, Any], share: Share) -> Checked:
        command = CheckFiles(
            command_id=values["command_id"],
            user_id=values["user_id"],
            data_repository_id=values["data_repository_id"],
            root=folder_of(values, "root"),
        )
        return check_files(db, command, now, share.tell, lambda: share.cancelled)

    return run
