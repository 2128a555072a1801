"""The columns that the table of subjects can show; each one's key is what it is sorted by."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication

from colonydesk.domain.codes import SEVERITY, ZYGOSITY_SYMBOL
from colonydesk.domain.days import zone
from colonydesk.qtkit.table import Column
from colonydesk.queries.subject_table import SubjectLine
from colonydesk.ui import words

USUAL = (
    *("animal", "sex", "age", "line", "genotype", "cage", "ear_mark", "responsible_user", "percentage"),
    "status",
)

_KEPT = ("animal", "percentage", "status")
_LAST_TO_GO = ("cage", "age", "sex", "line", "genotype", "ear_mark", "responsible_user")


def giving_way() -> tuple[str, ...]:
    """Which columns go where there is no room for all, the first one first.

    Who an animal is and how it is are always seen; its page says all else.
    """
    keys = [column.key for column in all_columns() if column.key not in (*_KEPT, *_LAST_TO_GO)]
    return (*reversed(keys), *reversed(_LAST_TO_GO))


def tr(text: str) -> str:
    return QCoreApplication.translate("Subjects", text)


def status_text(status: str) -> str:
    """A state in words."""
    return {
        "ok": tr("ok"),
        "near": tr("near threshold"),
        "under": tr("below threshold"),
        "critical": tr("critical"),
        "unknown": tr("not known"),
    }.get(status, words.UNKNOWN)


def all_columns() -> tuple[Column, ...]:
    """Every column, in the order in which they are offered."""
    return (
        Column(tr("Animal"), lambda row: row.nickname, key="animal", width=92, strong=True),
        Column(tr("Sex"), lambda row: "-" if row.sex == "U" else row.sex, key="sex", width=38),
        Column(tr("Age"), _age, number=True, key="age", width=76),
        Column(tr("Line"), lambda row: _text(row.line), key="line", width=78),
        Column(tr("Genotype"), _genotype, key="genotype", width=70, tip=_alleles),
        Column(tr("Cage"), lambda row: _text(row.cage), key="cage", width=56),
        Column(tr("Ear"), lambda row: _text(row.ear_mark), key="ear_mark", width=52),
        Column(tr("Responsible"), lambda row: _text(row.responsible_user), key="responsible_user", width=84),
        Column(tr("% exp"), _share, number=True, key="percentage", width=70, state=_state, tip=_share_tip),
        Column(tr("State"), lambda row: status_text(row.status), key="status", width=124, state=_state),
        Column(tr("Restricted since"), _since, key="restricted_since", width=108),
        Column(tr("Lab"), lambda row: _text(row.lab), key="lab", width=110),
        Column(tr("Born"), lambda row: _day(row, row.birth_date), number=True, key="birth_date", width=92),
        Column(tr("Died"), lambda row: _day(row, row.death_date), number=True, key="death_date", width=92),
        Column(tr("Weaned"), lambda row: _day(row, row.wean_date), number=True, key="wean_date", width=92),
        Column(
            tr("Genotyped"),
            lambda row: _day(row, row.genotype_date),
            number=True,
            key="genotype_date",
            width=92,
        ),
        Column(
            tr("Reduced"), lambda row: _day(row, row.reduced_date), number=True, key="reduced_date", width=92
        ),
        Column(tr("To genotype"), lambda row: _yes(row.to_be_genotyped), key="to_be_genotyped", width=84),
        Column(tr("To cull"), lambda row: _yes(row.to_be_culled), key="to_be_culled", width=64),
        Column(tr("Request"), lambda row: _text(row.request), key="request", width=130),
        Column(tr("Litter"), lambda row: _text(row.litter), key="litter", width=96),
        Column(tr("Strain"), lambda row: _text(row.strain), key="strain", width=100),
        Column(tr("Species"), lambda row: _text(row.species), key="species", width=130),
        Column(tr("Source"), lambda row: _text(row.source), key="source", width=110),
        Column(tr("Protocol"), lambda row: row.protocol_number, number=True, key="protocol_number", width=64),
        Column(tr("Severity"), _severity, key="actual_severity", width=104),
        Column(tr("Long name"), lambda row: _text(row.name), key="name", width=140),
    )


def _text(value: str | None) -> str:
    return value or words.UNKNOWN


def _yes(value: bool) -> str:
    return tr("yes") if value else ""


def _day(row: SubjectLine, day: date | None) -> str:
    return words.UNKNOWN if day is None else words.day_text(day, row.today)


def _age(row: SubjectLine) -> str:
    return words.age_text(row.birth_date, row.today, row.death_date) or words.UNKNOWN


def _genotype(row: SubjectLine) -> str:
    return "; ".join(ZYGOSITY_SYMBOL[zygosity] for _, zygosity in row.genotype) or words.UNKNOWN


def _alleles(row: SubjectLine) -> str:
    return "; ".join(f"{allele} {ZYGOSITY_SYMBOL[zygosity]}" for allele, zygosity in row.genotype)


def _share(row: SubjectLine) -> str:
    return words.percent(row.percentage)


def _state(row: SubjectLine) -> str:
    return row.status


def _share_tip(row: SubjectLine) -> str:
    return status_text(row.status) if row.status else ""


def _since(row: SubjectLine) -> str:
    if row.restricted_since is None:
        return words.UNKNOWN
    return words.day_text(zone(row.timezone).day(row.restricted_since), row.today)


def _severity(row: SubjectLine) -> str:
    return SEVERITY[row.actual_severity] if row.actual_severity else words.UNKNOWN
