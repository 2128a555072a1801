"""The benchmark: what a user waits for, on a large generated colony, each figure beside its floor."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from colonydesk.bench import table
from colonydesk.bench.colony import Bench, Size, bench_on, new_database, sqlite_file
from colonydesk.bench.importing import import_of_a_dump
from colonydesk.bench.measure import Figure
from colonydesk.bench.notices import check_of_all, first_check_of_a_day
from colonydesk.bench.processes import start_of_the_program
from colonydesk.bench.reads import history_of_one, status_of_all, worklist_of_today
from colonydesk.bench.server import private_server
from colonydesk.bench.writes import record_a_weighing, record_water_given
from colonydesk.cli_answers import answer

ENGINES = ("sqlite", "postgresql")
# Two million show that memory does not grow; on the other engine the same file is read in the same way.
RECORDS = {"sqlite": 2_000_000, "postgresql": 200_000}


def run_bench(*, as_json: bool = False, only: str | None = None, postgresql: str | None = None) -> int:
    """Measure and print. ``only`` is one engine, ``postgresql`` the address of a server to be used.

    Without an address a server is started for the time of it. The databases are made for it and dropped.
    Returns 0 when every bar is met, else 1.

    Raises:
        KnownError: when there is no server, or it does not let us make a database; when the figures
            cannot be written.
    """
    figures: list[Figure] = []
    for engine in ENGINES if only is None else (only,):
        figures += measure(engine, postgresql)
    answer((table.as_json if as_json else table.as_table)(figures))
    return 1 if any(figure.met is False for figure in figures) else 0


def measure(
    engine: str,
    postgresql: str | None = None,
    *,
    size: Size | None = None,
    records: int | None = None,
    animals: int | None = None,
) -> list[Figure]:
    """All figures on one engine. ``size``, ``records`` and ``animals`` are those of the bars unless given."""
    figures: list[Figure] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="colonydesk-bench-")))
        if engine == "sqlite":
            urls = [sqlite_file(folder, f"{name}.sqlite") for name in ("colony", "import", "animals")]
        else:
            server = postgresql or stack.enter_context(private_server())
            urls = [stack.enter_context(new_database(server)) for _ in range(3)]
        colony_url, empty_url, animals_url = urls
        _say(f"{engine}: making the colony")
        bench = stack.enter_context(bench_on(colony_url, datetime.now(UTC), size or Size()))
        for name, work in _works(bench):
            _say(f"{engine}: {name}")
            figures += work()
        _say(f"{engine}: Subjects screen")
        figures += _of_the_subjects(animals_url, animals)
        _say(f"{engine}: import")
        figures += import_of_a_dump(engine, empty_url, folder, records or RECORDS[engine])
    return figures


def _works(bench: Bench) -> Iterator[tuple[str, Callable[[], list[Figure]]]]:
    """What is measured, in this order: the screen's entries need animals that are not weighed yet."""
    for figure in (status_of_all, worklist_of_today, history_of_one):
        yield figure.__name__.replace("_", " "), partial(_one, figure, bench)
    yield "start of the program", lambda: [start_of_the_program(bench)]
    yield "Today screen", lambda: _on_the_screen(bench)
    for figure in (record_a_weighing, record_water_given):
        yield figure.__name__.replace("_", " "), partial(_one, figure, bench)
    for figure in (check_of_all, first_check_of_a_day):
        yield figure.__name__.replace("_", " "), partial(_one, figure, bench)
    # The last: there are more restricted animals after it.
    yield "page of an animal", lambda: _on_the_page(bench)


def _one(figure: Callable[[Bench], Figure], bench: Bench) -> list[Figure]:
    return [figure(bench)]


def _on_the_screen(bench: Bench) -> list[Figure]:
    # Qt comes only now: what does not need it is measured without it.
    from colonydesk.bench.hands import enter_to_the_curve, opened, worklist_on_the_screen

    with opened(bench) as program:
        return worklist_on_the_screen(bench, program) + enter_to_the_curve(bench, program)


def _on_the_page(bench: Bench) -> list[Figure]:
    from colonydesk.bench.animal import measure_animal
    from colonydesk.bench.hands import opened

    with opened(bench) as program:
        return measure_animal(bench, program)


def _of_the_subjects(url: str, animals: int | None) -> list[Figure]:
    from colonydesk.bench.subjects import COUNT, measure_subjects

    return measure_subjects(url, count=animals or COUNT)


def _say(what: str) -> None:
    """What is going on, for the people: it takes some minutes."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {what}\n")
    sys.stderr.flush()
