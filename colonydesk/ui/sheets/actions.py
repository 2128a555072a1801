"""What is done with animals: weighings, water, restrictions, surgeries, injections, sessions, culls."""

from __future__ import annotations

from colonydesk.ui.forms.items import Item, ListColumn, Sheet
from colonydesk.ui.sheets.common import OF_SUBJECT, animal, more

TAKE_OUT = "Take out…"
SEVERITY_HELP = "What the animal went through; left empty, what is recorded of it already"


def _action(*own: Item, ends: bool = True) -> tuple[Item, ...]:
    """The fields of a ``BaseAction`` around those of its own."""
    end = (Item("end_time", "Ended", start="start_time"),) if ends else ()
    return (
        animal(),
        Item("start_time", "Started", usual="now"),
        *end,
        *own,
        Item("procedures", "Procedures"),
        Item("narrative", "Narrative", lines=4),
        Item("users", "Members", heading="Where and who", usual="me"),
        Item("location_id", "Location"),
        Item("lab_id", "Lab"),
        *more(),
    )


def _columns(*own: ListColumn) -> tuple[ListColumn, ...]:
    return (
        ListColumn("subject_id", "Animal", width=110),
        ListColumn("start_time", "Started", width=142),
        *own,
        ListColumn("procedures", "Procedures", width=150),
        ListColumn("users", "Members", width=110),
        ListColumn("narrative", "Narrative", width=180),
    )


_ENTRY_END = (
    Item("superseded_by_id", "Replaced by", shown=True, heading="Corrections"),
    Item("voided_at", "Taken out", shown=True),
    Item("void_reason", "Why", shown=True),
)

SHEETS: dict[str, Sheet] = {
    "weighing": Sheet(
        "weighing",
        "Weighings",
        "weighing",
        (
            animal(),
            Item("weight", "Weight"),
            Item("date_time", "When", usual="now"),
            Item("user_id", "Member", shown=True),
            Item("balance_serial", "Balance", shown=True, heading="Balance"),
            Item("reading_raw", "Its reading", shown=True),
            Item("reading_stable", "Stable", shown=True),
            *_ENTRY_END,
            *more(),
        ),
        (
            ListColumn("subject_id", "Animal", width=120),
            ListColumn("date_time", "When", width=142),
            ListColumn("weight", "Weight, g", number=True, width=84, decimals=1),
            ListColumn("user_id", "Member", width=110),
            ListColumn("void_reason", "Taken out", width=100),
        ),
        zone=OF_SUBJECT,
        delete=TAKE_OUT,
    ),
    "water_administration": Sheet(
        "water_administration",
        "Water given",
        "water record",
        (
            animal(),
            Item("water_administered", "Amount"),
            Item("adlib", "As much as it likes (ad lib)"),
            Item("date_time", "When", usual="now"),
            Item("water_type_id", "Water", fixed=True),
            Item("session_id", "In the session", fixed=True, within={"subject_id": "subject_id"}),
            Item("user_id", "Member", shown=True),
            *_ENTRY_END,
            *more(),
        ),
        (
            ListColumn("subject_id", "Animal", width=120),
            ListColumn("date_time", "When", width=142),
            ListColumn("water_administered", "Amount, mL", number=True, width=90, decimals=2),
            ListColumn("water_type_id", "Water", width=90),
            ListColumn("user_id", "Member", width=84),
            ListColumn("void_reason", "Taken out", width=80),
        ),
        zone=OF_SUBJECT,
        delete=TAKE_OUT,
    ),
    "water_plan": Sheet(
        "water_plan",
        "Planned water",
        "planned water",
        (
            animal(),
            Item("date", "Day", usual="today"),
            Item("amount", "Amount"),
            Item("water_type_id", "Water"),
            Item("carer_id", "Carer"),
            *more(),
        ),
        (
            ListColumn("subject_id", "Animal", width=120),
            ListColumn("date", "Day", width=90),
            ListColumn("amount", "Amount, mL", number=True, width=90, decimals=2),
            ListColumn("water_type_id", "Water", width=130),
            ListColumn("carer_id", "Carer", width=110),
        ),
        zone=OF_SUBJECT,
    ),
    "water_restriction": Sheet(
        "water_restriction",
        "Water restrictions",
        "water restriction",
        _action(Item("reference_weight", "Reference weight"), Item("water_type_id", "Water")),
        (
            ListColumn("subject_id", "Animal", width=110),
            ListColumn("start_time", "Started", width=142),
            ListColumn("end_time", "Ended", width=142),
            ListColumn("reference_weight", "Reference, g", number=True, width=96, decimals=1),
            ListColumn("water_type_id", "Water", width=110),
            ListColumn("users", "Members", width=110),
        ),
        zone=OF_SUBJECT,
    ),
    "surgery": Sheet(
        "surgery",
        "Surgeries",
        "surgery",
        _action(Item("outcome_type", "Outcome"), Item("implant_weight", "Implant")),
        _columns(
            ListColumn("outcome_type", "Outcome", width=90),
            ListColumn("implant_weight", "Implant, g", number=True, width=80, decimals=1),
        ),
        zone=OF_SUBJECT,
    ),
    "virus_injection": Sheet(
        "virus_injection",
        "Virus injections",
        "virus injection",
        _action(
            Item("virus_batch", "Virus batch"),
            Item("injection_type", "Injected by"),
            Item("injection_volume", "Volume"),
            Item("rate_of_injection", "Rate"),
        ),
        _columns(
            ListColumn("virus_batch", "Virus batch", width=110),
            ListColumn("injection_volume", "Volume, nL", number=True, width=84),
        ),
        zone=OF_SUBJECT,
    ),
    "session": Sheet(
        "session",
        "Sessions",
        "session",
        _action(
            Item("number", "Number"),
            Item("task_protocol", "Task protocol"),
            Item("type", "Type"),
            Item("n_trials", "Trials"),
            Item("n_correct_trials", "Correct trials"),
            Item("parent_session_id", "Part of session", within={"subject_id": "subject_id"}),
            Item("projects", "Projects"),
            Item("qc", "Quality"),
            Item("extended_qc", "Quality in detail"),
            Item("auto_datetime", "Last saved", shown=True),
        ),
        (
            ListColumn("subject_id", "Animal", width=110),
            ListColumn("start_time", "Started", width=142),
            ListColumn("number", "No.", number=True, width=44),
            ListColumn("task_protocol", "Task protocol", width=110),
            ListColumn("n_trials", "Trials", number=True, width=66),
            ListColumn("projects", "Projects", width=90),
            ListColumn("users", "Members", width=80),
        ),
        zone=OF_SUBJECT,
    ),
    "other_action": Sheet("other_action", "Other actions", "action", _action(), _columns(), zone=OF_SUBJECT),
    "cull": Sheet(
        "cull",
        "Culls",
        "cull",
        (
            animal(),
            Item("date", "Day", usual="today"),
            Item("cull_reason_id", "Reason"),
            Item("cull_method_id", "Method"),
            Item("actual_severity", "Actual severity", help=SEVERITY_HELP),
            Item("user_id", "Member", usual="me"),
            Item("description", "Description"),
            *more(),
        ),
        (
            ListColumn("subject_id", "Animal", width=120),
            ListColumn("date", "Day", width=90),
            ListColumn("cull_reason_id", "Reason", width=130),
            ListColumn("cull_method_id", "Method", width=130),
            ListColumn("actual_severity", "Severity", width=90),
            ListColumn("user_id", "Member", width=100),
        ),
        zone=OF_SUBJECT,
    ),
}
