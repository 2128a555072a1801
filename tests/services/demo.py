"""A demonstration colony to be looked at by several tests."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import Select

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.domain.weight import STATUS_WORDS
from colonydesk.queries.history import SubjectHistory, histories
from colonydesk.services.demonstration import ColonySummary, make_colony
from tests.conftest import ROOT

ZONE = "Pacific/Chatham"
# A Monday afternoon there, and half of the history on the other side of a clock change.
NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
TODAY = date(2026, 11, 23)
CURVE = (ROOT / "resources/growth/c57bl6.csv").read_text("utf-8")


def make(db: Database, now: datetime = NOW, **numbers: Any) -> ColonySummary:
    return make_colony(db, now, curve_text=CURVE, timezone=ZONE, **numbers)


@dataclass
class Colony:
    db: Database
    summary: ColonySummary

    def rows(self, statement: Select[Any]) -> list[Any]:
        with self.db.read() as connection:
            return list(connection.execute(statement).all())

    def histories(self, ids: list[UUID] | None = None) -> tuple[SubjectHistory, ...]:
        with self.db.read() as connection:
            return histories(connection, ids, NOW)


@contextmanager
def made(request: pytest.FixtureRequest, engine: str) -> Iterator[Colony]:
    """The colony that ``colonydesk --demo`` shows, in a new database of this engine."""
    if engine == "sqlite":
        file = request.getfixturevalue("tmp_path_factory").mktemp("demo") / "demo.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        url = f"sqlite:///{file}"
    else:
        server = request.getfixturevalue("postgres_server")
        url = server.create_database("demonstration", request.getfixturevalue("postgres_template"))
    db = open_database(url)
    yield Colony(db, make(db))
    db.close()
    if engine == "postgresql":
        server.drop_database("demonstration")


def state_of_the_round(
    histories_of_restricted: tuple[SubjectHistory, ...],
) -> tuple[Counter[str], Counter[str]]:
    states: Counter[str] = Counter()
    owed: Counter[str] = Counter()
    for one in histories_of_restricted:
        states[STATUS_WORDS[one.days.status[-1]]] += 1
        weighed, watered = not np.isnan(one.days.weighing_at[-1]), one.days.remaining_water[-1] < 1e-6
        owed["done" if weighed and watered else "water" if weighed else "both"] += 1
    return states, owed
