"""What each record is called: "CK_0007", "20.1 g, 23 Nov 2026", "C57BL/6J, edition 2"."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from colonydesk.db.catalogue import one
from colonydesk.db.catalogue.paths import Paths, field_at
from colonydesk.domain.days import show_day, zone

LONGEST = 60
"""Characters of a label that is free text."""


@dataclass(frozen=True, slots=True)
class Naming:
    """Paths (see ``paths``) of what a record is called, is found by and told apart by, and its usual order.

    ``zone`` is the path of the time zone in which its days are; UTC where it has none. ``past``: where this
    is not empty another record has taken its place; among choices it comes last. ``clock``: its
    label has the time of the day too, for there are several on one day.
    """

    label: tuple[str, ...]
    search: tuple[str, ...] = ()
    detail: tuple[str, ...] = ()
    order: str = ""
    latest_first: bool = False
    zone: str = ""
    past: str = ""
    clock: bool = False

    @property
    def first(self) -> str:
        """What the records are sorted by."""
        return self.order or self.label[0]


_SUBJECT_ZONE = "subject_id.lab_id.timezone"


def _of_subject(
    *label: str, search: tuple[str, ...] = (), detail: tuple[str, ...] = (), latest: str = ""
) -> Naming:
    return Naming(
        ("subject_id.nickname", *label),
        ("subject_id.nickname", *search),
        detail,
        latest,
        bool(latest),
        _SUBJECT_ZONE,
    )


def _action(*search: str) -> Naming:
    found = ("narrative", "location_id.name", *search)
    return _of_subject("start_time", search=found, detail=("narrative",), latest="start_time")


_NAMED = Naming(("name",), ("name",))
_DESCRIBED = Naming(("name",), ("name", "description"), ("description",))

_NAMINGS: Mapping[str, Naming] = {
    "allele": Naming(("nickname",), ("nickname", "name"), ("name",)),
    "breeding_pair": Naming(
        ("name",),
        ("name", "line_id.nickname", "father_id.nickname", "mother1_id.nickname", "mother2_id.nickname"),
        ("line_id.nickname",),
    ),
    "cage_cleaning": Naming(
        ("housing_id.cage_name", "date_time"),
        ("housing_id.cage_name", "user_id.username"),
        order="date_time",
        latest_first=True,
    ),
    "cull": _of_subject("date", search=("description", "cull_reason_id.name"), latest="date"),
    "data_repository": Naming(("name",), ("name", "hostname", "globus_path"), ("hostname",)),
    "dataset": Naming(
        ("name", "dataset_type_id.name"),
        ("name", "dataset_type_id.name", "collection", "session_id.subject_id.nickname", "hash"),
        ("collection", "session_id.subject_id.nickname"),
        order="created_datetime",
        latest_first=True,
        zone="session_id.subject_id.lab_id.timezone",
    ),
    "dataset_type": Naming(("name",), ("name", "filename_pattern", "description"), ("filename_pattern",)),
    "file_record": Naming(("relative_path", "data_repository_id.name"), ("relative_path", "dataset_id.name")),
    "genotype_test": _of_subject("sequence_id.name", "test_result", search=("sequence_id.name",)),
    "growth_curve": Naming(
        ("name", "edition"), ("name", "source"), ("species_id.nickname", "strain_id.name")
    ),
    "growth_point": Naming(("growth_curve_id.name", "sex", "week"), ("growth_curve_id.name",), order="week"),
    "housing": Naming(
        ("cage_name", "until"),
        ("cage_name", "name"),
        ("cage_type_id.name", "animals"),
        zone="timezone",
        past="until",
    ),
    "housing_subject": _of_subject(
        "housing_id.cage_name", "start_datetime", search=("housing_id.cage_name",), latest="start_datetime"
    ),
    "imported_record": Naming(("model", "pk"), ("model", "pk")),
    "lab_location": Naming(("name",), ("name", "description"), ("lab_id.name",)),
    "lab_member": Naming(
        ("username",), ("username", "first_name", "last_name", "email"), ("first_name", "last_name")
    ),
    "lab_membership": Naming(
        ("user_id.username", "lab_id.name"), ("user_id.username", "lab_id.name", "role"), ("role",)
    ),
    "line": Naming(("nickname",), ("nickname", "name", "description"), ("name",)),
    "litter": Naming(("name",), ("name", "line_id.nickname", "breeding_pair_id.name"), ("birth_date",)),
    "narrative_template": Naming(("name",), ("name", "narrative"), ("user_id.username",)),
    "note": Naming(("text", "date_time"), ("text", "user_id.username"), order="date_time", latest_first=True),
    "notification": Naming(
        ("title",), ("title", "message", "subject_id.nickname"), order="send_at", latest_first=True
    ),
    "notification_recipient": Naming(
        ("user_id.username", "notification_id.title"), ("user_id.username", "notification_id.title")
    ),
    "notification_rule": Naming(("user_id.username", "notification_type"), ("user_id.username",)),
    "other_action": _action(),
    "saved_view": Naming(("name",), ("name", "screen"), ("user_id.username", "screen")),
    "sequence": Naming(("name",), ("name", "description", "base_pairs"), ("description",)),
    "session": Naming(
        ("subject_id.nickname", "start_time", "number", "parent_session_id"),
        ("subject_id.nickname", "task_protocol", "type", "narrative", "location_id.name"),
        ("task_protocol",),
        "start_time",
        True,
        _SUBJECT_ZONE,
        clock=True,
    ),
    "species": Naming(("nickname",), ("nickname", "name"), ("name",)),
    "subject": Naming(
        ("nickname",),
        ("nickname", "ear_mark", "cage", "name"),
        ("line_id.nickname", "cage", "lab_id.name"),
    ),
    "subject_request": Naming(
        ("count", "line_id.nickname", "user_id.username"),
        ("line_id.nickname", "user_id.username", "description"),
        ("due_date",),
        order="date_time",
        latest_first=True,
    ),
    "surgery": _action(),
    "virus_injection": _action("virus_batch"),
    "water_administration": Naming(
        ("water_administered", "date_time"),
        ("subject_id.nickname", "water_type_id.name", "user_id.username"),
        ("subject_id.nickname",),
        "date_time",
        True,
        _SUBJECT_ZONE,
    ),
    "water_plan": _of_subject("amount", "date", search=("carer_id.username",), latest="date"),
    "water_restriction": _action("water_type_id.name"),
    "weighing": Naming(
        ("weight", "date_time"),
        ("subject_id.nickname", "user_id.username"),
        ("subject_id.nickname",),
        "date_time",
        True,
        _SUBJECT_ZONE,
    ),
    "zygosity": _of_subject("allele_id.nickname", "zygosity", search=("allele_id.nickname",)),
    "zygosity_rule": Naming(
        ("line_id.nickname", "allele_id.nickname", "position"),
        ("line_id.nickname", "allele_id.nickname", "sequence0_id.name", "sequence1_id.name"),
        ("zygosity",),
    ),
}
_DESCRIBED_TABLES = frozenset(
    {"cage_type", "cull_method", "cull_reason", "data_format", "enrichment", "food", "procedure_type"}
    | {"project", "source", "strain"}
)
_NUMBERED = {"number": "no. {}", "edition": "edition {}", "week": "week {}", "position": "rule {}"}
_THERE = {"parent_session_id": "sub-session"}
_COUNTED = {"animals": ("empty", "1 animal", "{} animals")}


def naming(table: str) -> Naming:
    """How the records of a table are called; most have a name."""
    return _NAMINGS.get(table) or (_DESCRIBED if table in _DESCRIBED_TABLES else _NAMED)


def label_paths(table: str) -> tuple[str, ...]:
    """The paths whose values ``label`` takes, in order."""
    own = naming(table)
    return (*own.label, own.zone) if own.zone else own.label


def label(table: str, values: Sequence[Any]) -> str:
    """What a record is called, from the values of ``label_paths``."""
    own = naming(table)
    timezone = values[-1] if own.zone else None
    return words(table, own.label, values, timezone) or f"unnamed {one(table)}"


def words(table: str, paths: Iterable[str], values: Sequence[Any], timezone: str | None) -> str:
    """Values of these paths as a person reads them, joined by commas; what is empty is left out."""
    # A caller may give more values than paths: the last is then the zone.
    shown = (_shown(table, path, value, timezone) for path, value in zip(paths, values, strict=False))
    return ", ".join(text for text in shown if text)


def _shown(table: str, path: str, value: Any, timezone: str | None) -> str:
    if value is None or value == "":
        return ""
    field = field_at(table, path)
    if field.codes:
        known: dict[Any, str] = dict(field.codes)
        return known.get(value, str(value))
    if field.name in _NUMBERED:
        return _NUMBERED[field.name].format(value)
    if field.name in _THERE:
        return _THERE[field.name]
    if field.name in _COUNTED:
        return _COUNTED[field.name][min(value, 2)].format(value)
    if isinstance(value, datetime):
        local, own = value.astimezone(zone(timezone or "UTC").info), naming(table)
        day = show_day(local.date())
        return f"until {day}" if path == own.past else f"{day} {local:%H:%M}" if own.clock else day
    if isinstance(value, date):
        return show_day(value)
    if isinstance(value, float):
        return f"{value:.10g} {field.unit}".rstrip()
    if isinstance(value, int):
        return f"{value} {field.unit}".rstrip()
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3].rstrip()}..."


def label_of(connection: Connection, table: str, ids: Iterable[UUID]) -> dict[UUID, str]:
    """What these records are called, by id; those that are not there are left out. One statement."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    paths = Paths(table)
    columns = paths.columns(label_paths(table))
    statement = select(paths.root.c.id, *columns).select_from(paths.source)
    found = connection.execute(statement.where(paths.root.c.id.in_(wanted)))
    return {row[0]: label(table, row[1:]) for row in found}
