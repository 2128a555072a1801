"""What the lists of procedures show of a row: their columns, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QCoreApplication

from colonydesk.domain.codes import SEVERITY
from colonydesk.domain.days import zone
from colonydesk.queries.procedures import ProcedureRow
from colonydesk.queries.restriction_numbers import Numbers
from colonydesk.ui import words


@dataclass(frozen=True, slots=True)
class ListColumn:
    """``key`` is what the list is sorted by; ``width`` in pixels; ``state`` gives the shape before the text.

    ``inherits``: the field that a sub-session may show of its parent.
    """

    key: str
    title: str
    text: Callable[[Any], str]
    width: int
    number: bool = False
    state: Callable[[Any], str] | None = None
    inherits: str = ""


@dataclass(frozen=True, slots=True)
class ListKind:
    """One list: the ``table`` that its form writes, what one record is called, and its columns.

    ``has_end``: its open ones can be asked for; ``is_tree``: sub-sessions stand below their sessions.
    """

    key: str
    table: str
    title: str
    one: str
    nothing: str
    columns: tuple[ListColumn, ...]
    has_end: bool = True
    is_tree: bool = False


def tr(text: str) -> str:
    return QCoreApplication.translate("procedures", text)


def _local(row: ProcedureRow, moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(zone(row.timezone).info)


def moment_text(row: ProcedureRow, moment: datetime | None, now: datetime) -> str:
    """ "23 Nov 10:02" by the clock of the animal's lab."""
    local = _local(row, moment)
    today = now.astimezone(zone(row.timezone).info).date()
    return words.UNKNOWN if local is None else f"{words.day_text(local.date(), today)} {local:%H:%M}"


def _duration(row: ProcedureRow) -> str:
    if row.start_time is None or row.end_time is None:
        return words.UNKNOWN
    minutes = round((row.end_time - row.start_time).total_seconds() / 60)
    return f"{minutes} min" if minutes < 180 else f"{minutes // 60} h {minutes % 60} min"


def _plain(value: object) -> str:
    """A number without a tail of zeros, a word as it is."""
    if value is None or value == "":
        return words.UNKNOWN
    return f"{value:g}" if isinstance(value, float) else str(value)


def _first_line(text: str | None) -> str:
    return (text or "").strip().split("\n", 1)[0]


def _remaining(value: float | None) -> str:
    """Water still owed in mL; what was given too much in words."""
    if value is None:
        return words.UNKNOWN
    over = words.given(-value) if value < 0 else "0.00"
    return words.owed(max(value, 0.0)) if over == "0.00" else tr("{} over").format(over)


def _own(name: str) -> Callable[[ProcedureRow], str]:
    return lambda row: _plain(row.values.get(name))


def _of_today(key: str, title: str, text: Callable[[Numbers], str], width: int) -> ListColumn:
    """A number of today of a restriction that holds."""
    return ListColumn(
        key, title, lambda row: words.UNKNOWN if row.today is None else text(row.today), width, number=True
    )


def _animal(width: int = 118) -> ListColumn:
    return ListColumn("subject", tr("Animal"), lambda row: row.nickname, width)


class Kinds:
    """The lists, with their words; ``now`` tells which year needs no saying."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.all: Mapping[str, ListKind] = {kind.key: kind for kind in self._make()}

    def _moment(self, name: str) -> Callable[[ProcedureRow], str]:
        return lambda row: moment_text(row, getattr(row, name), self._now())

    def _make(self) -> Sequence[ListKind]:
        sessions = self._session_columns()
        return (
            ListKind(
                "surgery",
                "surgery",
                tr("Surgeries"),
                tr("surgery"),
                tr("No surgery is written down yet."),
                self._surgery_columns(),
            ),
            ListKind(
                "virus_injection",
                "virus_injection",
                tr("Virus injections"),
                tr("injection"),
                tr("No virus injection is written down yet."),
                self._injection_columns(),
            ),
            ListKind(
                "session",
                "session",
                tr("Sessions"),
                tr("session"),
                tr("No session is written down yet."),
                sessions,
                is_tree=True,
            ),
            ListKind(
                "ephys",
                "session",
                tr("Ephys sessions"),
                tr("session"),
                tr("No session has a procedure named ephys yet. Such sessions are listed here."),
                sessions,
                is_tree=True,
            ),
            ListKind(
                "water_restriction",
                "water_restriction",
                tr("Water restrictions"),
                tr("restriction"),
                tr("No water restriction is written down yet."),
                self._restriction_columns(),
            ),
            ListKind(
                "other_action",
                "other_action",
                tr("Other actions"),
                tr("action"),
                tr("No other action is written down yet."),
                (_animal(), self._start(), self._end(), *self._about()),
            ),
            ListKind(
                "cull",
                "cull",
                tr("Culls"),
                tr("cull"),
                tr("No cull is written down yet."),
                self._cull_columns(),
                has_end=False,
            ),
        )

    def _surgery_columns(self) -> tuple[ListColumn, ...]:
        procedures, *rest = self._about()
        return (
            _animal(),
            self._start(tr("Date")),
            procedures,
            ListColumn("outcome_type", tr("Outcome"), _own("outcome_type"), 108),
            ListColumn("implant_weight", tr("Implant, g"), self._implant, 80, number=True),
            *rest,
        )

    def _injection_columns(self) -> tuple[ListColumn, ...]:
        return (
            _animal(),
            self._start(tr("Date")),
            ListColumn("virus_batch", tr("Virus batch"), _own("virus_batch"), 190),
            ListColumn("injection_volume", tr("Volume, nL"), _own("injection_volume"), 88, number=True),
            ListColumn("rate_of_injection", tr("Rate, nL/min"), _own("rate_of_injection"), 96, number=True),
            ListColumn("injection_type", tr("Type"), _own("injection_type"), 110),
            *self._about(),
        )

    def _session_columns(self) -> tuple[ListColumn, ...]:
        *about, narrative = self._about()
        return (
            _animal(136),
            self._start(),
            ListColumn("end_time", tr("Lasted"), _duration, 76, number=True),
            ListColumn("task_protocol", tr("Protocol"), _own("task_protocol"), 138),
            ListColumn("n_trials", tr("Trials"), _own("n_trials"), 62, number=True),
            ListColumn("n_correct_trials", tr("Correct"), _own("n_correct_trials"), 70, number=True),
            ListColumn("type", tr("Type"), _own("type"), 100),
            *about,
            self._words("projects", tr("Projects"), 140),
            ListColumn("qc", tr("QC"), _own("qc"), 80),
            narrative,
        )

    def _restriction_columns(self) -> tuple[ListColumn, ...]:
        *_, users, narrative = self._about()
        return (
            _animal(),
            self._start(),
            self._end(),
            _of_today("weight", tr("Weight, g"), lambda of: words.grams(of.weight), 76),
            ListColumn("percentage", tr("% exp"), self._share, 122, state=self._share_state),
            _of_today("required", tr("Required, mL"), lambda of: words.owed(of.required), 96),
            _of_today("given", tr("Given, mL"), lambda of: words.given(of.given), 78),
            _of_today("remaining", tr("Remaining, mL"), lambda of: _remaining(of.remaining), 106),
            _of_today("excess", tr("Excess, mL"), lambda of: words.excess(of.excess), 84),
            _of_today("reward", tr("Reward, mL"), lambda of: words.given(of.reward), 88),
            _of_today("supplement", tr("Suppl., mL"), lambda of: words.given(of.supplement), 84),
            _of_today("expected", tr("Expected, g"), lambda of: words.gram_figure(of.expected_weight), 88),
            _of_today("minimum", tr("Minimum, g"), lambda of: words.least(of.min_weight), 88),
            ListColumn("reference_weight", tr("Reference, g"), self._reference, 94, number=True),
            ListColumn("water_type", tr("Water"), _own("water_type"), 130),
            users,
            narrative,
        )

    def _cull_columns(self) -> tuple[ListColumn, ...]:
        return (
            _animal(),
            ListColumn("date", tr("Date"), self._day, 96),
            ListColumn("cull_reason", tr("Reason"), _own("cull_reason"), 150),
            ListColumn("cull_method", tr("Method"), _own("cull_method"), 150),
            ListColumn("severity", tr("Severity"), self._severity, 112),
            ListColumn("cage", tr("Cage"), _own("cage"), 76),
            ListColumn("user", tr("By"), _own("user"), 140),
            ListColumn("description", tr("Description"), lambda row: _first_line(row.narrative), 130),
        )

    def _start(self, title: str | None = None) -> ListColumn:
        return ListColumn("start_time", title or tr("Start"), self._moment("start_time"), 128)

    def _end(self) -> ListColumn:
        return ListColumn("end_time", tr("End"), self._moment("end_time"), 128)

    def _about(self) -> tuple[ListColumn, ListColumn, ListColumn, ListColumn]:
        """What every action has: its procedures, where it was, who did it, and what was written of it."""
        return (
            self._words("procedures", tr("Procedures"), 190),
            self._words("location", tr("Location"), 116),
            self._words("users", tr("Members"), 140),
            ListColumn("narrative", tr("Narrative"), lambda row: _first_line(row.narrative), 130),
        )

    @staticmethod
    def _words(name: str, title: str, width: int) -> ListColumn:
        return ListColumn(name, title, lambda row: _plain(getattr(row, name)), width, inherits=name)

    @staticmethod
    def _implant(row: ProcedureRow) -> str:
        return words.grams(row.values["implant_weight"] or None)

    @staticmethod
    def _reference(row: ProcedureRow) -> str:
        return words.grams(row.values["reference_weight"] or None)

    @staticmethod
    def _share(row: ProcedureRow) -> str:
        if row.today is None:
            return words.UNKNOWN
        word = {"ok": tr("ok"), "near": tr("near"), "under": tr("under"), "critical": tr("critical")}
        known = word.get(row.today.status, tr("unknown"))
        share = row.today.percentage_weight
        return known if share is None else f"{words.percent(share)} {known}"

    @staticmethod
    def _share_state(row: ProcedureRow) -> str:
        return "" if row.today is None else row.today.status

    def _day(self, row: ProcedureRow) -> str:
        day = row.values["date"]
        today = self._now().astimezone(zone(row.timezone).info).date()
        return words.UNKNOWN if day is None else words.day_text(day, today)

    @staticmethod
    def _severity(row: ProcedureRow) -> str:
        return SEVERITY.get(row.values["severity"], words.UNKNOWN)
