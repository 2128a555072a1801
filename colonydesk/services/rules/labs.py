"""What hangs on saving a lab: the numbers by which its animals are judged."""

from colonydesk.db.unit import Unit
from colonydesk.domain.days import zone
from colonydesk.domain.errors import KnownError, Refused
from colonydesk.services.change import Change, Rule

SHARES = ("reference_weight_pct", "zscore_weight_pct")
USUAL_SHARE = 0.85
"""The usual rule of a new lab: 85 % of the weight before the restriction."""
_AT_LEAST_ONE = {"cage_cleaning_frequency_days": "The cages are cleaned every so many days: 1 or more."}


def _before(_unit: Unit, change: Change) -> None:
    after = change.after
    if change.differs("timezone"):
        _check_zone(after.get("timezone") or "")
    for name in SHARES:
        if after.get(name) is None:
            after[name] = 0.0
    if change.is_new and not change.given.intersection(SHARES):
        after["reference_weight_pct"] = USUAL_SHARE
    # The bounds of each are the database's own, and checked with them.
    if change.differs(*SHARES) and sum(after[name] for name in SHARES) <= 0:
        field = SHARES[1] if SHARES[1] in change.given and SHARES[0] not in change.given else SHARES[0]
        raise Refused(
            "One of the two percentages must be more than 0: nothing is expected of any animal otherwise.",
            field,
        )
    for name, sentence in _AT_LEAST_ONE.items():
        if after.get(name) is not None and change.differs(name) and after[name] < 1:
            raise Refused(sentence, name)


def _check_zone(name: str) -> None:
    try:
        zone(name)
    except KnownError as error:
        raise Refused(f"{name or 'This'} is not a time zone, such as Europe/London.", "timezone") from error


RULES = {"lab": Rule(before=_before)}
