"""Labs and who works in them, where, and on what."""

from __future__ import annotations

from typing import Any

from colonydesk.domain.days import zone
from colonydesk.domain.people import check_email, check_username
from colonydesk.ui.forms.items import Item, ListColumn, Sheet
from colonydesk.ui.sheets.common import more

PERCENT: dict[str, Any] = {"scale": 100.0, "unit": "%"}

SHEETS: dict[str, Sheet] = {
    "lab": Sheet(
        "lab",
        "Labs",
        "lab",
        (
            Item("name", "Name"),
            Item("institution", "Institution"),
            Item("address", "Address", lines=2),
            Item("timezone", "Time zone", check=zone, patient=True),
            Item("reference_weight_pct", "By reference weight", heading="Thresholds", **PERCENT),
            Item("zscore_weight_pct", "By growth curve", **PERCENT),
            Item("absolute_min_pct", "Never below", **PERCENT),
            Item("growth_mode", "Growth curve"),
            Item("water_ml_per_g", "Water a day", heading="Water"),
            Item("water_ml_per_g_underweight", "When underweight"),
            Item("reminder_hour", "Reminder at", heading="Notifications", unit="o'clock"),
            Item("notification_delay_seconds", "Wait before telling"),
            Item("water_delay_hours", "Water is late after"),
            Item("usual_species_id", "Usual species", heading="Usual for a new animal"),
            Item("usual_source_id", "Usual source"),
            Item("cage_type_id", "Cage type", heading="Usual for a new cage"),
            Item("enrichment_id", "Enrichment"),
            Item("food_id", "Food"),
            Item("cage_cleaning_frequency_days", "Cleaned every"),
            Item("light_cycle", "Light cycle"),
            Item("repositories", "Repositories", heading="Data"),
            *more(name=False),
        ),
        (
            ListColumn("name", "Name", width=170),
            ListColumn("reference_weight_pct", "Reference, %", number=True, width=92, scale=100.0),
            ListColumn("zscore_weight_pct", "Curve, %", number=True, width=76, scale=100.0),
            ListColumn("absolute_min_pct", "Least, %", number=True, width=76, scale=100.0),
            ListColumn("timezone", "Time zone", width=140),
        ),
        zone="timezone",
    ),
    "lab_member": Sheet(
        "lab_member",
        "Members",
        "member",
        (
            Item("username", "User name", check=check_username),
            Item("first_name", "First name"),
            Item("last_name", "Last name"),
            Item("email", "E-mail", check=check_email, patient=True),
            Item("is_active", "May record", heading="Rights"),
            Item("is_stock_manager", "Stock manager"),
            Item("is_superuser", "Administrator"),
            Item("is_staff", "Staff"),
            Item("is_public_user", "Public user"),
            Item("allowed_users", "Who else may record for their animals"),
            Item("date_joined", "Joined", heading="Account", usual="now"),
            Item("last_login", "Last logged in", shown=True),
            *more(),
        ),
        (
            ListColumn("username", "User name", width=100),
            ListColumn("first_name", "First name", width=90),
            ListColumn("last_name", "Last name", width=100),
            ListColumn("email", "E-mail", width=150),
            ListColumn("is_active", "May record", width=80),
            ListColumn("is_stock_manager", "Stock manager", width=100),
        ),
    ),
    "lab_membership": Sheet(
        "lab_membership",
        "Memberships",
        "membership",
        (
            Item("user_id", "Member"),
            Item("lab_id", "Lab", usual="lab"),
            Item("role", "Role"),
            Item("start_date", "Since", usual="today"),
            Item("end_date", "Until"),
            *more(),
        ),
        (
            ListColumn("user_id", "Member", width=130),
            ListColumn("lab_id", "Lab", width=150),
            ListColumn("role", "Role", width=120),
            ListColumn("start_date", "Since", width=100),
            ListColumn("end_date", "Until", width=100),
        ),
    ),
    "lab_location": Sheet(
        "lab_location",
        "Locations",
        "location",
        (
            Item("name", "Name"),
            Item("lab_id", "Lab", usual="lab"),
            Item("description", "Description"),
            *more(name=False),
        ),
        (
            ListColumn("name", "Name", width=180),
            ListColumn("lab_id", "Lab", width=150),
            ListColumn("description", "Description", width=220),
        ),
    ),
    "project": Sheet(
        "project",
        "Projects",
        "project",
        (
            Item("name", "Name"),
            Item("description", "Description"),
            Item("users", "Members"),
            Item("subjects", "Animals"),
            *more(name=False),
        ),
        (
            ListColumn("name", "Name", width=180),
            ListColumn("users", "Members", width=180),
            ListColumn("description", "Description", width=220),
        ),
    ),
    "saved_view": Sheet(
        "saved_view",
        "Saved views",
        "saved view",
        (
            Item("name", "Name", required=True),
            Item("user_id", "Member", usual="me"),
            Item("screen", "Screen", usual="subjects"),
            Item("json", "Columns, order, filters"),
        ),
        (
            ListColumn("name", "Name", width=180),
            ListColumn("screen", "Screen", width=120),
            ListColumn("user_id", "Member", width=130),
        ),
        hint="Nobody has kept a view of a list yet.",
    ),
    "narrative_template": Sheet(
        "narrative_template",
        "Narrative templates",
        "template",
        (
            Item("name", "Name", required=True),
            Item("user_id", "Member", usual="me"),
            Item("narrative", "Text", lines=10),
            *more(name=False),
        ),
        (
            ListColumn("name", "Name", width=160),
            ListColumn("user_id", "Member", width=110),
            ListColumn("narrative", "Text", width=300),
        ),
        hint="No text is kept for narratives yet.",
    ),
}
