"""What hangs on saving the records of each table: every module here has the ``RULES`` of its tables."""

from colonydesk.services.change import Rule
from colonydesk.services.rules import (
    actions,
    breeding,
    culls,
    data,
    genetics,
    housing,
    labs,
    lines,
    members,
    notes,
    requests,
    sessions,
    subjects,
    vocabulary,
)

# A table stands in one module only.
RULES: dict[str, Rule] = {
    **actions.RULES,
    **breeding.RULES,
    **culls.RULES,
    **data.RULES,
    **genetics.RULES,
    **housing.RULES,
    **labs.RULES,
    **lines.RULES,
    **members.RULES,
    **notes.RULES,
    **requests.RULES,
    **sessions.RULES,
    **subjects.RULES,
    **vocabulary.RULES,
}
