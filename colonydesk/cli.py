"""The command line. Every command answers with the same services and queries as the window."""

import argparse
import gc
import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path

from colonydesk import __version__
from colonydesk.cli_answers import FAILED, answer, give_up_output
from colonydesk.cli_options import a_day, a_moment, a_size, named_database, user_name
from colonydesk.domain.errors import KnownError

_FILES = frozenset({"file", "folder", "media", "out"})
_NEGATIVE = re.compile(r"-\d+,\d+")

Command = Callable[[argparse.Namespace], int]
Add = Callable[[str, Command, str], argparse.ArgumentParser]
"""Takes a command's name, what runs it, and what it is for."""


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
    if hasattr(options, "nicknames") and bool(options.nicknames) == options.all:
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
    from colonydesk import cli_commands as run

    shared = _shared_options()
    top = _Parser(prog="colonydesk", parents=[_window_parser()], description="Without a command: the window.")
    top.add_argument("--version", action=_Version, nargs=0, help="show the program's version and end")
    commands = top.add_subparsers(metavar="COMMAND")

    def add(name: str, run_: Command, help_: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, parents=[shared], help=help_, description=help_)
        command.set_defaults(run=run_)
        return command

    add("migrate", run.migrate, "bring the database to this program's revision (creates it when empty)")
    _add_import(add("import-alyx", run.import_alyx, "import a dumpdata file of an Alyx database"))
    today = add("today", run.today, "the worklist: each restricted living animal and what it is owed")
    today.add_argument("--lab", metavar="LAB")
    today.add_argument("--at", type=a_moment, metavar="TIME")
    today.add_argument("--json", action="store_true")
    weigh = add("weigh", run.weigh, "record a weighing")
    weigh.add_argument("nickname", metavar="NICKNAME")
    weigh.add_argument("weight", metavar="GRAMS")
    _add_entry(weigh)
    water = add("water", run.water, "record water given")
    water.add_argument("nickname", metavar="NICKNAME")
    water.add_argument("amount", metavar="ML", nargs="?")
    water.add_argument("--type", metavar="TYPE", help="the kind of water, by name")
    water.add_argument("--adlib", action="store_true")
    _add_entry(water)
    _add_history(add("history", run.history, "the daily table of each animal"))
    subjects = add("subjects", run.subjects, "the animals")
    subjects.add_argument("--search", metavar="TEXT")
    subjects.add_argument("--json", action="store_true")
    check = add("check", run.check, "create what notifications are due, and send what is waiting")
    check.add_argument("--at", type=a_moment, metavar="TIME", help="the moment that is now")
    check.add_argument("--send", action="store_true", help="send what is waiting by e-mail")
    check.add_argument("--json", action="store_true")
    _add_report(add("report", run.report, "a report on paper, as a table, or for scripts"))
    _add_screens(add)
    return top


def _add_history(command: argparse.ArgumentParser) -> None:
    command.add_argument("nicknames", metavar="NICKNAME", nargs="*")
    command.add_argument("--all", action="store_true", help="of every animal that has records")
    command.add_argument("--from", dest="first", type=a_day, metavar="DATE")
    command.add_argument("--to", dest="last", type=a_day, metavar="DATE")
    command.add_argument("--lab", metavar="LAB", help="of the animals of one lab")
    command.add_argument("--format", choices=("csv", "json"), default="csv")
    command.add_argument("--at", type=a_moment, metavar="TIME", help="the moment that is now")


def _add_report(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", metavar="NAME", help="which; a wrong one lists those that there are")
    command.add_argument("--from", dest="first", type=a_day, metavar="DATE")
    command.add_argument("--to", dest="last", type=a_day, metavar="DATE")
    command.add_argument("--lab", metavar="LAB", help="of one lab; of all without it")
    command.add_argument("--mine", action="store_true", help="of the animals, or by the hand, of --user")
    command.add_argument("--format", choices=("csv", "json", "pdf", "xlsx"), help="text without it")
    command.add_argument("--out", type=Path, metavar="FILE", help="where to; its ending says the format")
    command.add_argument("--at", type=a_moment, metavar="TIME", help="the moment that is now")


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


def _add_screens(add: Add) -> None:
    from colonydesk import cli_commands as run

    pictures = add("screenshots", run.screenshots, "every screen on the demonstration colony, as PNG")
    pictures.add_argument("folder", metavar="DIR")
    pictures.add_argument("--theme", choices=("light", "dark", "night"), help="all three without it")
    pictures.add_argument("--size", type=a_size, metavar="WxH", help="1280x800 and 1920x1080 without it")
    add("self-test", run.self_test, "of this installation: database, window, curve; says what it did")
    bench = add("bench", run.bench, "the benchmark, each figure beside its floor of the same run")
    bench.add_argument("--json", action="store_true")
    bench.add_argument("--only", metavar="ENGINE", choices=("sqlite", "postgresql"))
    bench.add_argument("--postgresql", metavar="URL", help="a server to be measured; else one is started")


def _window(options: argparse.Namespace) -> int:
    gc.disable()  # nothing is let go of while starting; the jobs look after it from then on
    sys.setswitchinterval(0.003)  # so that the database opened meanwhile is there when the window is
    from colonydesk.qtkit.ahead import load_libraries

    load_libraries()
    from colonydesk.paths import settings_file
    from colonydesk.services.opening import load_driver
    from colonydesk.settings import load

    url = named_database(options)
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
