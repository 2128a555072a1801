"""Notes on anything, and what an imported file held beside the records that are known here."""

from __future__ import annotations

from colonydesk.ui.forms.items import Item, ListColumn, Sheet
from colonydesk.ui.sheets.common import ABOUT, more

SHEETS: dict[str, Sheet] = {
    "note": Sheet(
        "note",
        "Notes",
        "note",
        (
            Item("object_id", "About", kind="object", codes=ABOUT),
            Item("text", "Text", lines=8),
            Item("image", "Image"),
            Item("date_time", "When", usual="now"),
            Item("user_id", "Member", usual="me"),
            *more(),
        ),
        (
            ListColumn("text", "Text", width=300),
            ListColumn("content_type", "About", width=100, codes=ABOUT),
            ListColumn("date_time", "When", width=120),
            ListColumn("user_id", "Member", width=110),
        ),
    ),
    "imported_record": Sheet(
        "imported_record",
        "Imported records",
        "imported record",
        (Item("model", "Model"), Item("pk", "Its number there"), Item("json", "Its fields")),
        (ListColumn("model", "Model", width=240), ListColumn("pk", "Its number there", width=200)),
        read_only=True,
        hint="Every record of the imported files has its place elsewhere.",
    ),
}
