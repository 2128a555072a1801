"""Cages, who was in them and when, and when they were cleaned."""

from __future__ import annotations

from dataclasses import replace

from colonydesk.ui.forms.items import Item, ListColumn, Sheet
from colonydesk.ui.sheets.common import OF_SUBJECT, animal, more

SHEETS: dict[str, Sheet] = {
    "housing": Sheet(
        "housing",
        "Cages",
        "cage",
        (
            Item("cage_name", "Cage"),
            Item("until", "Until", shown=True),
            Item("cage_type_id", "Cage type"),
            Item("enrichment_id", "Enrichment"),
            Item("food_id", "Food"),
            Item("cage_cleaning_frequency_days", "Cleaned every"),
            Item("light_cycle", "Light cycle"),
            *more(),
        ),
        (
            ListColumn("cage_name", "Cage", width=90),
            ListColumn("animals", "Animals", number=True, width=70),
            ListColumn("until", "Until", width=130),
            ListColumn("cage_type_id", "Cage type", width=140),
            ListColumn("enrichment_id", "Enrichment", width=120),
            ListColumn("food_id", "Food", width=120),
            ListColumn("cage_cleaning_frequency_days", "Cleaned, days", number=True, width=96),
            ListColumn("light_cycle", "Light", width=80),
        ),
        hangs_on=frozenset({"housing_subject"}),
    ),
    "housing_subject": Sheet(
        "housing_subject",
        "Stays in cages",
        "stay",
        (
            animal(),
            Item("housing_id", "Cage"),
            Item("start_datetime", "In", usual="now"),
            Item("end_datetime", "Out", start="start_datetime"),
            *more(),
        ),
        (
            ListColumn("subject_id", "Animal", width=130),
            ListColumn("housing_id", "Cage", width=110),
            ListColumn("start_datetime", "In", width=130),
            ListColumn("end_datetime", "Out", width=130),
        ),
        zone=OF_SUBJECT,
    ),
    "cage_cleaning": Sheet(
        "cage_cleaning",
        "Cage cleanings",
        "cage cleaning",
        (
            Item("housing_id", "Cage"),
            Item("date_time", "When", usual="now"),
            Item("user_id", "Member", usual="me"),
            *more(),
        ),
        (
            ListColumn("housing_id", "Cage", width=130),
            ListColumn("date_time", "When", width=130),
            ListColumn("user_id", "Member", width=130),
        ),
    ),
}

_stay = SHEETS["housing_subject"]
MOVE = replace(
    _stay,
    items=tuple(
        replace(item, where={"until": None}) if item.name == "housing_id" else item for item in _stay.items
    ),
)
"""A stay that begins now: in the cages of today alone."""
