"""How the page writes what it knows of an animal."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import Any

from PySide6.QtCore import QCoreApplication

from colonydesk.domain.codes import (
    INJECTION_TYPE,
    OUTCOME_TYPE,
    QC,
    ZYGOSITY_SYMBOL,
)
from colonydesk.queries.overview import Carried, Overview
from colonydesk.queries.records import word
from colonydesk.ui import words

KINDS = {
    "surgery": "Surgery",
    "virus_injection": "Virus injection",
    "session": "Session",
    "water_restriction": "Water restriction",
    "other_action": "Other action",
    "cull": "Cull",
}
"""The kinds of actions, in the order in which they are offered."""

_TABLES = {
    **KINDS,
    "subject": "Animal",
    "weighing": "Weighing",
    "water_administration": "Water",
    "housing_subject": "Stay in a cage",
    "zygosity": "Zygosity",
    "genotype_test": "Genotype test",
    "note": "Note",
    "subject_project": "Projects",
}
_FIELDS = {
    "actual_severity": "severity",
    "start_datetime": "from",
    "end_datetime": "to",
    "water_administered": "water given (mL)",
    "weight": "weight (g)",
    "implant_weight": "implant weight (g)",
    "reference_weight": "reference weight (g)",
    "injection_volume": "injection volume (nL)",
    "rate_of_injection": "rate of injection (nL/min)",
    "project": "projects",
    "procedure_type": "procedures",
    "parent_session": "part of",
}
"""What the history calls otherwise than a sentence does."""


def state_word(status: str) -> str:
    """The state of a weight beside its percentage."""
    return {
        "ok": _tr("ok"),
        "near": _tr("near threshold"),
        "under": _tr("under threshold"),
        "critical": _tr("critical"),
    }.get(status, _tr("unknown"))


def flags(shown: Overview) -> list[str]:
    """What is to be done with it."""
    marked = (
        (shown.to_be_genotyped, _tr("to be genotyped")),
        (shown.to_be_culled, _tr("to be culled")),
        (shown.reduced_date is not None, _tr("reduced")),
    )
    return [text for true, text in marked if true]


def genotype_text(shown: Overview) -> str:
    """ "SST-Cre +/-, Ai32 +/+": the alleles that are there; "negative" where every one is absent."""
    present = [carried_text(one) for one in shown.genotype if one.zygosity]
    return ", ".join(present) or (_tr("negative") if shown.genotype else "")


def carried_text(one: Carried) -> str:
    return f"{one.allele} {ZYGOSITY_SYMBOL[one.zygosity]}"


def kept(text: str) -> str:
    """A text as rich text shows it unchanged, kept together on one line."""
    return words.plain(text).replace(" ", "&nbsp;").replace("-", "\u2011")


def moment_text(moment: datetime, zone: tzinfo, today: date) -> str:
    """ "23 Nov, 09:41" on the lab's clock."""
    local = moment.astimezone(zone)
    return f"{words.day_text(local.date(), today)}, {words.clock_text(moment, zone)}"


def length_text(start: datetime | None, end: datetime | None) -> str:
    """How long something took: "51 min", "3 h 10 min", "12 d"."""
    if start is None or end is None:
        return ""
    minutes = round((end - start).total_seconds() / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
    return f"{minutes // 1440} d"


def kind_text(table: str) -> str:
    """What a kind of record is called."""
    return _tr(_TABLES.get(table, table.replace("_", " ").capitalize()))


def field_text(field: str) -> str:
    """What a field is called."""
    return _tr(_FIELDS.get(field) or word(field))


def detail_text(details: tuple[tuple[str, Any], ...]) -> str:
    """An action's own fields in words: "implant 1.2 g, recovery"."""
    return ", ".join(
        text for text in (_detail(name, value, dict(details)) for name, value in details) if text
    )


def _detail(name: str, value: Any, all_of_them: dict[str, Any]) -> str:
    if name == "n_trials":
        correct = all_of_them.get("n_correct_trials")
        if correct is None:
            return _tr("{} trials").format(value)
        return _tr("{} of {} trials correct").format(correct, value)
    if name in ("n_correct_trials",):
        return "" if "n_trials" in all_of_them else _tr("{} trials correct").format(value)
    if name == "implant_weight":
        return _tr("implant {} g").format(words.grams(value)) if value else ""
    if name == "qc":
        return _tr("QC {}").format(QC[value]) if value else ""
    simple = {
        "outcome_type": lambda: OUTCOME_TYPE[value],
        "injection_type": lambda: INJECTION_TYPE[value],
        "injection_volume": lambda: f"{value:g} nL",
        "rate_of_injection": lambda: f"{value:g} nL/min",
        "reference_weight": lambda: _tr("reference {} g").format(words.grams(value)) if value else "",
        "number": lambda: _tr("number {}").format(value) if value != 1 else "",
    }
    return simple[name]() if name in simple else str(value)


def value_text(value: Any, zone: tzinfo, today: date) -> str:
    """One value of the history in words."""
    if value is None or value == "":
        return words.UNKNOWN
    if isinstance(value, bool):
        return _tr("yes") if value else _tr("no")
    if isinstance(value, datetime):
        return moment_text(value, zone, today)
    if isinstance(value, date):
        return words.day_text(value, today)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Animal", text)
