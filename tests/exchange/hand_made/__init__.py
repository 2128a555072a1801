"""A dump that fills every field of every model of Alyx 3.6 that has a table here, written down by hand.

The fields are those of Alyx's own models, not read from our tables. ``Key`` stands for another record, and is
written as its UUID, as a number, or as its natural key, as Django's dumpdata would.
"""

from typing import Any

from tests.exchange.hand_made import actions, others, subjects
from tests.exchange.hand_made.kinds import PROBE_TYPE, SESSION_TYPE, SUBJECT_TYPE, Day, Id, Key, Time

# Children first: nearly every reference leads forward.
RECORDS = [*others.RECORDS, *actions.RECORDS, *subjects.RECORDS]

# Fields that no table of ours has, and the record that has them: kept under json["alyx"].
UNKNOWN_FIELDS = {"ada": ("groups", "user_permissions"), "bob": ("groups", "user_permissions")}

# Records of models without a table here, as they stand in the file.
UNLISTED: list[dict[str, Any]] = [
    {
        "model": "contenttypes.contenttype",
        "pk": SUBJECT_TYPE,
        "fields": {"app_label": "subjects", "model": "subject"},
    },
    {
        "model": "contenttypes.contenttype",
        "pk": SESSION_TYPE,
        "fields": {"app_label": "actions", "model": "session"},
    },
    {
        "model": "contenttypes.contenttype",
        "pk": PROBE_TYPE,
        "fields": {"app_label": "experiments", "model": "probeinsertion"},
    },
    {"model": "auth.group", "pk": 1, "fields": {"name": "Lab members", "permissions": [1, 2]}},
    {
        "model": "experiments.probeinsertion",
        "pk": "0b9f0a53-8d5b-4d0e-8f57-1f0fdb8a5a01",
        "fields": {"name": "probe00", "serial": "17194491112", "json": {"depth": 4000.5}, "datasets": []},
    },
]

# How a record is known by name (Django's natural keys).
NATURAL = {
    "misc.labmember": "username",
    "subjects.subject": "nickname",
    "subjects.species": "nickname",
    "subjects.line": "nickname",
    "subjects.allele": "nickname",
    "subjects.strain": "name",
    "subjects.source": "name",
    "subjects.sequence": "name",
    "subjects.litter": "name",
    "subjects.breedingpair": "name",
    "subjects.project": "name",
    "data.tag": "name",
    "data.revision": "name",
    "data.datasettype": "name",
    "data.dataformat": "name",
    "data.datarepository": "name",
    "data.datarepositorytype": "name",
    "misc.lab": "name",
    "misc.lablocation": "name",
    "actions.watertype": "name",
    "actions.proceduretype": "name",
}

BY_LABEL = {record.label: record for record in RECORDS}


def as_dump(style: str) -> list[dict[str, Any]]:
    """The records as dumpdata writes them.

    ``style``: "uuid" (ids), "number" (1, 2, 3 ... as pk and in references), "natural" (references by name),
    "nameless" (by name, and without a pk where a record has a natural key of its own in Alyx).
    """
    number = {record.label: index for index, record in enumerate(RECORDS, 1)}

    def written(value: Any, own: bool = False) -> Any:
        if isinstance(value, list):
            return [written(item) for item in value]
        if isinstance(value, Key):
            record = BY_LABEL[value.label]
            if style in ("natural", "nameless") and not own and record.model in NATURAL:
                return [record.fields[NATURAL[record.model]]]
            return number[value.label] if style == "number" else record.uuid
        return value.text if isinstance(value, Time | Day | Id) else value

    dump = []
    for record in RECORDS:
        fields = {name: written(value, name == "object_id") for name, value in record.fields.items()}
        if style in ("natural", "nameless") and fields.get("content_type") == SUBJECT_TYPE:
            fields["content_type"] = ["subjects", "subject"]
        made = {"model": record.model, "pk": written(Key(record.label), own=True), "fields": fields}
        if (
            style == "nameless"
            and record.model in NATURAL
            and not record.model.startswith("subjects.subject")
        ):
            del made["pk"]
        dump.append(made)
    return [*dump, *UNLISTED]
