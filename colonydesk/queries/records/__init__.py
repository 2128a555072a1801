"""The records of any table, by its name: one of them, a list of them, what a reference may be set to.

Names of fields are those of the columns ("line_id"). A path goes through references: "subject_id.sex".
"""

from colonydesk.db.catalogue import Link, links, parts_of, referring, word
from colonydesk.db.catalogue.computed import computed
from colonydesk.db.catalogue.fields import Field, fields
from colonydesk.db.catalogue.naming import label_of
from colonydesk.queries.records.finding import Choice, OnDay, choices, record_ids
from colonydesk.queries.records.reading import Record, Row, record, record_rows, shown_links

__all__ = [
    "Choice",
    "Field",
    "Link",
    "OnDay",
    "Record",
    "Row",
    "choices",
    "computed",
    "fields",
    "label_of",
    "links",
    "parts_of",
    "record",
    "record_ids",
    "record_rows",
    "referring",
    "shown_links",
    "word",
]
