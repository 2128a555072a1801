"""What hangs on saving a note: that it says something, and what it is about."""

from colonydesk.db.unit import Unit
from colonydesk.domain.errors import Refused
from colonydesk.domain.plausibility import CLOCK_TOLERANCE
from colonydesk.services.change import Change, Rule
from colonydesk.services.notes import check_image
from colonydesk.services.rules.about import check_about, touch_about


def _before(unit: Unit, change: Change) -> None:
    after = change.after
    if change.is_new:
        after["user_id"] = after["user_id"] or unit.user_id
        if "date_time" not in change.given:
            after["date_time"] = unit.now
    if after["text"] is None and after["image"] is None:
        raise Refused("Write something, or choose an image.", "text")
    if after["image"] is None:
        after["image_name"] = None
    elif change.differs("image"):
        check_image(after["image"])
    at = after["date_time"]
    if at is not None and change.differs("date_time") and at > unit.now + CLOCK_TOLERANCE:
        raise Refused("This time is in the future.", "date_time")
    if change.is_new or change.differs("content_type", "object_id"):
        if after["content_type"] is None:
            raise Refused("Choose what this is about.", "content_type")
        check_about(unit, after)


def _after(unit: Unit, change: Change) -> None:
    touch_about(unit, change.after, change.before)


RULES = {"note": Rule(before=_before, after=_after, deleting=_after)}
