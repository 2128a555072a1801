"""What the sheets of all areas have in common."""

from __future__ import annotations

from colonydesk.ui.forms.items import Item, ListColumn, Sheet

MORE = "More"
OF_SUBJECT = "subject_id.lab_id.timezone"
"""Where the time zone of a record about an animal is."""

ABOUT = (
    ("subject", "Animal"),
    ("litter", "Litter"),
    ("breeding_pair", "Breeding pair"),
    ("line", "Line"),
    ("session", "Session"),
    ("surgery", "Surgery"),
    ("virus_injection", "Virus injection"),
    ("water_restriction", "Water restriction"),
    ("other_action", "Other action"),
    ("weighing", "Weighing"),
    ("water_administration", "Water given"),
    ("cull", "Cull"),
    ("housing", "Cage"),
    ("subject_request", "Request"),
    ("project", "Project"),
    ("lab", "Lab"),
    ("lab_member", "Member"),
    ("dataset", "Dataset"),
    # The others by their words.
    ("allele", "Allele"),
    ("cage_cleaning", "Cage cleaning"),
    ("cage_type", "Cage type"),
    ("cull_method", "Cull method"),
    ("cull_reason", "Cull reason"),
    ("data_format", "Data format"),
    ("data_repository", "Data repository"),
    ("data_repository_type", "Data repository type"),
    ("dataset_type", "Dataset type"),
    ("enrichment", "Enrichment"),
    ("file_record", "File"),
    ("food", "Food"),
    ("genotype_test", "Genotype test"),
    ("growth_curve", "Growth curve"),
    ("growth_point", "Growth curve's point"),
    ("imported_record", "Imported record"),
    ("lab_location", "Location"),
    ("lab_membership", "Membership"),
    ("narrative_template", "Narrative template"),
    ("note", "Note"),
    ("notification", "Notification"),
    ("notification_recipient", "Notification's receiver"),
    ("notification_rule", "Notification rule"),
    ("water_plan", "Planned water"),
    ("procedure_type", "Procedure type"),
    ("saved_view", "Saved view"),
    ("sequence", "Sequence"),
    ("source", "Source"),
    ("species", "Species"),
    ("housing_subject", "Stay in a cage"),
    ("strain", "Strain"),
    ("water_type", "Water type"),
    ("zygosity", "Zygosity"),
    ("zygosity_rule", "Zygosity rule"),
)
"""What a note, or a dataset, can be about: any record. What is most written about comes first."""


def more(*, name: bool = True) -> tuple[Item, ...]:
    """The end of every form: the optional long name, and the extra fields."""
    data = Item("json", "Extra fields")
    if not name:
        return (Item("json", "Extra fields", heading=MORE),)
    return (Item("name", "Name", heading=MORE, help="An optional name of this record."), data)


def animal(label: str = "Animal") -> Item:
    """The animal that a record is about."""
    return Item("subject_id", label)


def vocabulary(table: str, title: str, one: str, *, hint: str = "") -> Sheet:
    """A list of words that others choose from: a name and a description."""
    return Sheet(
        table,
        title,
        one,
        (Item("name", "Name"), Item("description", "Description", lines=5), *more(name=False)),
        (ListColumn("name", "Name", width=200), ListColumn("description", "Description", width=320)),
        hint=hint,
    )
