"""The command line. Every command answers with the same services and queries as the window."""

import argparse
import gc
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colonydesk import __version__
from colonydesk.cli_answers import answer, answering, give_up_output
from colonydesk.cli_types import a_day, a_moment, a_size
from colonydesk.domain.errors import KnownError

if TYPE_CHECKING:
    from contextlib import closing
    from uuid import UUID

    from colonydesk.db.engine import Database

DONE, FAILED = 0, 1
_FILES = frozenset({"file", "folder", "media", "out"})
_NEGATIVE = re.compile(r"-\d+,\d+")

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, or the window without one.

    Returns:
        0 done, 1 refused or failed with one sentence on stderr. Wrong usage exits with 2.
    """
    # Without a command the commands are not even listed: it takes a while to describe them all.
    options, command_line = _window_parser().parse_known_args(arguments)
    try:
        if command_line:
            if isinstance(sys.stdout, TextIOWrapper):
                sys.stdout.reconfigure(errors="backslashreplace")  # a file may be called anything
            options = _parsed(sys.argv[1:] if arguments is None else arguments)
        command: Command = getattr(options, "run", _window)
        return command(options)
    except KnownError as error:
        print(error.sentence, file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        give_up_output()  # who reads us has seen enough
        return FAILED
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return FAILED


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of a command; wrong usage ends the program with status 2."""
    # An amount with a comma is no option, however negative: it is refused as an amount.
    dotted = [one.replace(",", ".") if _NEGATIVE.fullmatch(one) else one for one in arguments]
    whole = parser()
    options = whole.parse_args(dotted)
    if options.demo and hasattr(options, "run"):
        whole.error("--demo is for the window: it goes with no command")
    for name, value in vars(options).items():
        # Of files any name that the system has will do; what is looked for in a database is text.
        texts = [] if name in _FILES else value if isinstance(value, list) else [value]
        for text in texts:
            if isinstance(text, str) and not _is_text(text):
                whole.error(f"{_shown(text)} is not text in UTF-8")
    if getattr(options, "run", None) is _history and bool(options.nicknames) == options.all:
        whole.error("name the animals, or say --all")
    return options


def _is_text(argument: str) -> bool:
    """Whether its bytes were characters; those that were not are kept as halves of characters."""
    return not any("\ud800" <= letter <= "\udfff" for letter in argument)


def _shown(argument: str) -> str:
    return argument.encode("utf-8", "backslashreplace").decode("utf-8")


def _shared_options() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument(
        "--database", metavar="URL", help="a SQLite file, or postgresql+psycopg://user@host/name"
    )
    shared.add_argument("--user", metavar="NAME", help="who records")
    return shared


def _window_parser() -> argparse.ArgumentParser:
    window = argparse.ArgumentParser(
        prog="colonydesk", parents=[_shared_options()], add_help=False, allow_abbrev=False
    )
    window.add_argument(
        "--demo", action="store_true", help="a fresh demonstration colony in a temporary file"
    )
    window.add_argument("--report-ready", action="store_true", help=argparse.SUPPRESS)
    return window


class _Parser(argparse.ArgumentParser):
    """With help that is an answer like the others: argparse says nothing where it cannot be written."""

    def print_help(self, _file: object = None) -> None:
        answer(self.format_help().rstrip("\n"))


class _Version(argparse.Action):
    """The same of the version."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        answer(f"ColonyDesk {__version__}")
        parser.exit()


def parser() -> argparse.ArgumentParser:
    """The whole command line; the global options stand before or after the command."""
    shared = _shared_options()
    top = _Parser(prog="colonydesk", parents=[_window_parser()], description="Without a command: the window.")
    top.add_argument("--version", action=_Version, nargs=0, help="show the program's version and end")
    commands = top.add_subparsers(metavar="COMMAND")

    def add(name: str, run: Command, help_: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, parents=[shared], help=help_, description=help_)
        command.set_defaults(run=run)
        return command

    add("migrate", _migrate, "bring the database to this program's revision (creates it when empty)")
    _add_import(add("import-alyx", _import_alyx, "import a dumpdata file of an Alyx database"))
    today = add("today", _today, "the worklist: each restricted living animal and what it is owed")
    today.add_argument("--lab", metavar="LAB")
    today.add_argument("--at", type=a_moment, metavar="TIME")
    today.add_argument("--json", action="store_true")
    weigh = add("weigh", _weigh, "record a weighing")
    weigh.add_argument("nickname", metavar="NICKNAME")
    weigh.add_argument("weight", metavar="GRAMS")
    _add_entry(weigh)
    water = add("water", _water, "record water given")
    water.add_argument("nickname", metavar="NICKNAME")
    water.add_argument("amount", metavar="ML", nargs="?")
    water.add_argument("--type", metavar="TYPE", help="the kind of water, by name")
    water.add_argument("--adlib", action="store_true")
    _add_entry(water)
    history = add("history", _history, "the daily table of each animal")
    history.add_argument("nicknames", metavar="NICKNAME", nargs="*")
    history.add_argument("--all", action="store_true", help="of every animal that has records")
    history.add_argument("--from", dest="first", type=a_day, metavar="DATE")
    history.add_argument("--to", dest="last", type=a_day, metavar="DATE")
    history.add_argument("--lab", metavar="LAB", help="of the animals of one lab")
    history.add_argument("--format", choices=("csv", "json"), default="csv")
    history.add_argument("--at", type=a_moment, metavar="TIME", help="the moment that is now")
    subjects = add("subjects", _subjects, "the animals")
    subjects.add_argument("--search", metavar="TEXT")
    subjects.add_argument("--json", action="store_true")
    check = add("check", _check, "create what notifications are due, and send what is waiting")
    check.add_argument("--at", type=a_moment, metavar="TIME", help="the moment that is now")
    check.add_argument("--send", action="store_true", help="send what is waiting by e-mail")
    check.add_argument("--json", action="store_true")
    report = add("report", _report, "a report on paper, as a table, or for scripts")
    report.add_argument("name", metavar="NAME", help="which; a wrong one lists those that there are")
    report.add_argument("--from", dest="first", type=a_day, metavar="DATE")
    report.add_argument("--to", dest="last", type=a_day, metavar="DATE")
    report.add_argument("--lab", metavar="LAB", help="of one lab; of all without it")
    report.add_argument("--mine", action="store_true", help="of the animals, or by the hand, of --user")
    report.add_argument("--format", choices=("csv", "json", "pdf", "xlsx"), help="text without it")
    report.add_argument("--out", type=Path, metavar="FILE", help="where to; its ending says the format")
    report.add_argument("--at", type=a_moment, metavar="TIME", help="the moment that is now")
    _add_screens(add)
    return top


def _add_import(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE")
    command.add_argument("--dry-run", action="store_true", help="do everything, then take it back")
    command.add_argument("--strict", action="store_true", help="write nothing when a record is bad")
    command.add_argument("--timezone", default="UTC", metavar="ZONE", help="of times without one (UTC)")
    command.add_argument("--media", metavar="DIR", help="the folder with the images of the notes")
    command.add_argument("--json", action="store_true")


def _add_entry(command: argparse.ArgumentParser) -> None:
    command.add_argument("--at", type=a_moment, metavar="TIME", help="when; now without it")
    command.add_argument("--lab", metavar="LAB", help="where a nickname is used in several labs")
    command.add_argument(
        "--force", action="store_true", help="answer the questions of a doubtful value with yes"
    )


def _add_screens(add: Callable[[str, Command, str], argparse.ArgumentParser]) -> None:
    pictures = add("screenshots", _screenshots, "every screen on the demonstration colony, as PNG")
    pictures.add_argument("folder", metavar="DIR")
    pictures.add_argument("--theme", choices=("light", "dark", "night"), help="all three without it")
    pictures.add_argument("--size", type=a_size, metavar="WxH", help="1280x800 and 1920x1080 without it")
    add("self-test", _self_test, "of this installation: database, window, curve; says what it did")
    bench = add("bench", _bench, "the benchmark, each figure beside its floor of the same run")
    bench.add_argument("--json", action="store_true")
    bench.add_argument("--only", metavar="ENGINE", choices=("sqlite", "postgresql"))
    bench.add_argument("--postgresql", metavar="URL", help="a server to be measured; else one is started")


def database_url(options: argparse.Namespace) -> str:
    """The database that is meant: the option's, the environment's, or the settings'; with its password.

    Raises:
        KnownError: when none of them says one.
    """
    from colonydesk.paths import settings_file
    from colonydesk.settings import complete_url, load

    named = getattr(options, "database", None) or os.environ.get("COLONYDESK_DATABASE")
    url = named or load(settings_file()).database
    if not url:
        raise KnownError("No database is chosen.", "Give --database URL, or choose one in the window.")
    return complete_url(str(url))


def user_name(options: argparse.Namespace) -> str | None:
    return getattr(options, "user", None) or os.environ.get("COLONYDESK_USER")


def _opened(options: argparse.Namespace) -> "closing[Database]":
    from contextlib import closing

    from colonydesk.db.migrate import open_database

    return closing(open_database(database_url(options)))


def _now(options: argparse.Namespace) -> datetime:
    at: datetime | None = getattr(options, "at", None)
    return at or datetime.now(UTC)


def _window(options: argparse.Namespace) -> int:
    gc.disable()  # nothing is let go of while starting; the jobs look after it from then on
    sys.setswitchinterval(0.003)  # so that the database opened meanwhile is there when the window is
    from colonydesk.qtkit.ahead import load_libraries

    load_libraries()
    from colonydesk.paths import settings_file
    from colonydesk.services.opening import load_driver
    from colonydesk.settings import load

    url = getattr(options, "database", None) or os.environ.get("COLONYDESK_DATABASE")
    settings = load(settings_file())  # once: what is damaged is put aside by that, and said by the window
    address = "" if options.demo else url or settings.database
    load_driver(address)
    from colonydesk.opened import OpeningAhead  # isort: skip - after the driver

    ahead = OpeningAhead(address, datetime.now(UTC)) if address else None
    from colonydesk.app import run_window  # isort: skip - after the driver

    return run_window(
        settings,
        url,
        demo=options.demo,
        user=user_name(options),
        report_ready=options.report_ready,
        ahead=ahead,
    )


def _migrate(options: argparse.Namespace) -> int:
    from colonydesk.db.migrate import HEAD, migrate
    from colonydesk.paths import migrations

    before = migrate(database_url(options), migrations())
    answer(f"The database is at revision {HEAD}" + (", as it was." if before == HEAD else "."))
    return DONE


def _import_alyx(options: argparse.Namespace) -> int:
    from colonydesk.exchange.alyx import import_alyx
    from colonydesk.paths import growth_curve_text, vocabulary_texts

    # Next to nothing refers to itself here, and looking for that often takes a seventh of the time.
    gc.set_threshold(100_000)
    with _opened(options) as db:
        report = import_alyx(
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


def _today(options: argparse.Namespace) -> int:
    from colonydesk.exchange.lists import today_json, today_text
    from colonydesk.queries.worklist import worklist

    now = _now(options)
    with _opened(options) as db, db.read() as connection:
        rows = worklist(connection, now, _lab_id(connection, options.lab))
    answer(today_json(rows) if options.json else today_text(rows))
    return DONE


def _history(options: argparse.Namespace) -> int:
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


def _subjects(options: argparse.Namespace) -> int:
    from colonydesk.exchange.lists import subjects_json, subjects_text
    from colonydesk.queries.subjects import all_subjects, percentages, search

    with _opened(options) as db, db.read() as connection:
        every = options.search is None
        rows = all_subjects(connection) if every else search(connection, options.search, limit=None)
        shares = percentages(connection, [row.id for row in rows], datetime.now(UTC))
    answer(subjects_json(rows, shares) if options.json else subjects_text(rows, shares))
    return DONE


def _weigh(options: argparse.Namespace) -> int:
    from colonydesk.cli_entries import weigh
    from colonydesk.exchange.notices import check_weighings

    with _opened(options) as db:
        answer(weigh(db, options, user_name(options)), "It is saved. ")
        try:
            check_weighings(db, datetime.now(UTC))  # an animal that is under is told of at once
        except KnownError as error:
            print(f"It is saved; whom to tell was not found out yet: {error}", file=sys.stderr)
    return DONE


def _water(options: argparse.Namespace) -> int:
    from colonydesk.cli_entries import water

    with _opened(options) as db:
        answer(water(db, options, user_name(options)), "It is saved. ")
    return DONE


def _check(options: argparse.Namespace) -> int:
    from colonydesk.exchange.lists import check_text
    from colonydesk.exchange.notices import not_sent, run_check

    with _opened(options) as db:
        found = run_check(db, _now(options), send=options.send)
    answer(json.dumps(found, indent=2) if options.json else check_text(found), "It is checked. ")
    if options.send and (reasons := not_sent(found)):
        # A scheduler tells whoever looks after it by the exit status.
        raise KnownError(f"Not everything was sent by e-mail: {reasons[0]}")
    return DONE


def _report(options: argparse.Namespace) -> int:
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


def _screenshots(options: argparse.Namespace) -> int:
    _without_a_display()
    from colonydesk.screenshots import take_all

    for file in take_all(Path(options.folder), options.theme, options.size):
        answer(str(file))
    return DONE


def _without_a_display() -> None:
    """Paint off screen where there is no screen."""
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def _self_test(_options: argparse.Namespace) -> int:
    _without_a_display()
    from colonydesk.selftest import self_test

    return self_test()


def _bench(options: argparse.Namespace) -> int:
    _without_a_display()
    from colonydesk.bench import run_bench

    return run_bench(as_json=options.json, only=options.only, postgresql=options.postgresql)
