"""What hangs on saving a lab: the numbers by which its animals are judged."""

from colonydesk.db.unit import Unit
from colonydesk.domain.days import zone
from colonydesk.domain.errors import KnownError, Question, Refused
from colonydesk.domain.plausibility import show
from colonydesk.services.change import Change, Rule
from colonydesk.services.done import ask

SHARES = ("reference_weight_pct", "zscore_weight_pct")
USUAL_SHARE = 0.85
"""The usual rule of a new lab: 85 % of the weight before the restriction."""
_ROUNDING = 1e-9
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
    _check_threshold(change)
    for name, sentence in _AT_LEAST_ONE.items():
        if after.get(name) is not None and change.differs(name) and after[name] < 1:
            raise Refused(sentence, name)


def _check_threshold(change: Change) -> None:
    """The two percentages together are the threshold, below which an animal is under; ``absolute_min_pct`` is
    below that: there it is critical."""
    threshold, lowest = sum(change.after[name] for name in SHARES), change.after.get("absolute_min_pct")
    if not all(0 <= share <= 1 for share in (*(change.after[name] for name in SHARES), lowest or 0)):
        return  # refused with the bounds of each
    if change.differs(*SHARES) and threshold > 1 + _ROUNDING:
        raise Refused(
            f"Together the two percentages are {_percent(threshold)}: over 100 % every animal is under it.",
            next((name for name in SHARES if change.differs(name)), SHARES[0]),
        )
    if lowest is not None and change.differs(*SHARES, "absolute_min_pct") and lowest > threshold + _ROUNDING:
        text = (
            f"The absolute minimum, {_percent(lowest)}, is over the threshold of {_percent(threshold)}: "
            "an animal would be critical before it is under."
        )
        ask((Question("threshold", text),), change.confirmed, "absolute_min_pct")


def _percent(share: float) -> str:
    return f"{show(round(share * 100, 2))} %"


def _check_zone(name: str) -> None:
    try:
        zone(name)
    except KnownError as error:
        raise Refused(f"{name or 'This'} is not a time zone, such as Europe/London.", "timezone") from error


RULES = {"lab": Rule(before=_before)}
