"""What each command does: it reads or writes by the same services and queries as the window, and answers."""

import argparse
import gc
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colonydesk.cli_answers import DONE, answer, answering
from colonydesk.cli_options import named_database, user_name
from colonydesk.domain.errors import KnownError

if TYPE_CHECKING:
    from contextlib import closing
    from uuid import UUID

    from colonydesk.db.engine import Database


def database_url(options: argparse.Namespace) -> str:
    """The database that is meant: the option's, the environment's, or the settings'; with its password.

    Raises:
        KnownError: when none of them says one.
    """
    from colonydesk.paths import settings_file
    from colonydesk.settings import complete_url, load

    url = named_database(options) or load(settings_file()).database
    if not url:
        raise KnownError("No database is chosen.", "Give --database URL, or choose one in the window.")
    return complete_url(str(url))


def _opened(options: argparse.Namespace) -> "closing[Database]":
    from contextlib import closing

    from colonydesk.db.migrate import open_database

    return closing(open_database(database_url(options)))


def _now(options: argparse.Namespace) -> datetime:
    at: datetime | None = getattr(options, "at", None)
    return at or datetime.now(UTC)


def migrate(options: argparse.Namespace) -> int:
    from colonydesk.db import migrate as schema
    from colonydesk.paths import migrations

    before = schema.migrate(database_url(options), migrations())
    answer(f"The database is at revision {schema.HEAD}" + (", as it was." if before == schema.HEAD else "."))
    return DONE


def import_alyx(options: argparse.Namespace) -> int:
    from colonydesk.exchange import alyx
    from colonydesk.paths import growth_curve_text, vocabulary_texts

    # Next to nothing refers to itself here, and looking for that often takes a seventh of the time.
    gc.set_threshold(100_000)
    with _opened(options) as db:
        report = alyx.import_alyx(
            db,
            Path(options.file),
            timezone=options.timezone,
            media=Path(options.media) if options.media else None,
            strict=options.strict,
            dry_run=options.dry_run,
            curve_text=growth_curve_text(),
            vocabularies=vocabulary_texts(),
            now=datetime.now(UTC),
        )
    answer(
        json.dumps(report.as_json(), indent=2) if options.json else report.as_text(),
        "It is imported. " if report.has_written else "",
    )
    if report.refused:
        raise KnownError(report.refused)
    return DONE


def today(options: argparse.Namespace) -> int:
    from colonydesk.exchange.lists import today_json, today_text
    from colonydesk.queries.worklist import worklist

    now = _now(options)
    with _opened(options) as db, db.read() as connection:
        rows = worklist(connection, now, _lab_id(connection, options.lab))
    answer(today_json(rows) if options.json else today_text(rows))
    return DONE


def history(options: argparse.Namespace) -> int:
    from colonydesk.exchange.daily import history_csv, history_json
    from colonydesk.queries.history import histories
    from colonydesk.queries.subjects import all_subjects, exact

    if options.first and options.last and options.first > options.last:
        raise KnownError(f"The first day, {options.first}, is after the last, {options.last}.")
    with _opened(options) as db, db.read() as connection:
        _lab_id(connection, options.lab)  # one that is not there is refused, also with --all
        ids: list[UUID] | None = None
        if options.nicknames or options.lab:
            rows = all_subjects(connection) if options.all else []
            for nickname in options.nicknames:
                # As the answer names an animal whose nickname is used in several labs.
                name, _, lab = nickname.partition("@")
                found = [row for row in exact(connection, name) if lab in ("", row.lab)]
                if not found:
                    raise KnownError(f"There is no animal called {nickname}.")
                rows += found
            ids = [row.id for row in rows if options.lab in (None, row.lab)]
            if not ids and not options.all:
                raise KnownError(f"There is no such animal in {options.lab}.")
        daily = histories(connection, ids, _now(options), options.first, options.last)
    write = history_json if options.format == "json" else history_csv
    with answering() as out:
        write(daily, out)
    return DONE


def subjects(options: argparse.Namespace) -> int:
    from colonydesk.exchange.lists import subjects_json, subjects_text
    from colonydesk.queries.subjects import all_subjects, percentages, search

    with _opened(options) as db, db.read() as connection:
        every = options.search is None
        rows = all_subjects(connection) if every else search(connection, options.search, limit=None)
        shares = percentages(connection, [row.id for row in rows], datetime.now(UTC))
    answer(subjects_json(rows, shares) if options.json else subjects_text(rows, shares))
    return DONE


def weigh(options: argparse.Namespace) -> int:
    from colonydesk import cli_entries
    from colonydesk.exchange.notices import check_weighings

    with _opened(options) as db:
        answer(cli_entries.weigh(db, options, user_name(options)), "It is saved. ")
        try:
            check_weighings(db, datetime.now(UTC))  # an animal that is under is told of at once
        except KnownError as error:
            print(f"It is saved; whom to tell was not found out yet: {error}", file=sys.stderr)
    return DONE


def water(options: argparse.Namespace) -> int:
    from colonydesk import cli_entries

    with _opened(options) as db:
        answer(cli_entries.water(db, options, user_name(options)), "It is saved. ")
    return DONE


def check(options: argparse.Namespace) -> int:
    from colonydesk.exchange.lists import check_text
    from colonydesk.exchange.notices import not_sent, run_check

    with _opened(options) as db:
        found = run_check(db, _now(options), send=options.send)
    answer(json.dumps(found, indent=2) if options.json else check_text(found), "It is checked. ")
    if options.send and (reasons := not_sent(found)):
        # A scheduler tells whoever looks after it by the exit status.
        raise KnownError(f"Not everything was sent by e-mail: {reasons[0]}")
    return DONE


def report(options: argparse.Namespace) -> int:
    from colonydesk.exchange.reports import run_report
    from colonydesk.paths import resources
    from colonydesk.queries.people import active_members, recording_member

    with _opened(options) as db:
        with db.read() as connection:
            lab = _lab_id(connection, options.lab)
            members = active_members(connection)
        member = recording_member(members, user_name(options)).id if options.mine else None
        text = run_report(
            db,
            options.name,
            options.first,
            options.last,
            options.format,
            options.out,
            _now(options),
            fonts=resources() / "fonts",
            lab_id=lab,
            member_id=member,
        )
    answer(text)
    return DONE


def _lab_id(connection: Any, name: str | None) -> "UUID | None":
    from colonydesk.queries.people import labs

    if name is None:
        return None
    for lab in labs(connection):
        if lab.name == name:
            return lab.id
    raise KnownError(f"There is no lab called {name}.")


def screenshots(options: argparse.Namespace) -> int:
    _without_a_display()
    from colonydesk.screenshots import take_all

    for file in take_all(Path(options.folder), options.theme, options.size):
        answer(str(file))
    return DONE


def _without_a_display() -> None:
    """Paint off screen where there is no screen."""
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def self_test(_options: argparse.Namespace) -> int:
    _without_a_display()
    from colonydesk import selftest

    return selftest.self_test()


def bench(options: argparse.Namespace) -> int:
    _without_a_display()
    from colonydesk.bench import run_bench

    return run_bench(as_json=options.json, only=options.only, postgresql=options.postgresql)
