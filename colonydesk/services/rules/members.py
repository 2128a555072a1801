"""What hangs on saving members and their time in a lab."""

from sqlalchemy import select

from colonydesk.db.tables import LabMember, LabMembership
from colonydesk.db.text import lowered
from colonydesk.db.unit import Unit
from colonydesk.domain.errors import Refused
from colonydesk.domain.people import check_email, check_username
from colonydesk.services.change import Change, Rule


def _member(unit: Unit, change: Change) -> None:
    after = change.after
    if change.is_new and after["date_joined"] is None:
        after["date_joined"] = unit.now
    if change.differs("username"):
        _check_username(unit, change)
    email = after["email"]
    if email is not None and change.differs("email"):
        check_email(email)
    if change.before is not None and _administers(change.before) and not _administers(after):
        field = "is_superuser" if change.differs("is_superuser") else "is_active"
        _refuse_last_administrator(unit, change, field)


def _check_username(unit: Unit, change: Change) -> None:
    username = change.after["username"]
    if username is None:
        return  # refused as every field that must be given
    check_username(username)
    alike = select(LabMember.username).where(
        lowered(LabMember.username, username) == username.lower(), LabMember.id != change.id
    )
    found = unit.connection.execute(alike).scalar()
    if found is not None:
        raise Refused(f"There is a member {found} already.", "username")


def _administers(values: object) -> bool:
    assert isinstance(values, dict)
    return bool(values["is_active"] and values["is_superuser"])


def _refuse_last_administrator(unit: Unit, change: Change, field: str) -> None:
    unit.alone()  # two administrators may send each other away at one time
    others = select(LabMember.id).where(
        LabMember.is_active.is_(True), LabMember.is_superuser.is_(True), LabMember.id != change.id
    )
    if unit.connection.execute(others.limit(1)).first() is None:
        raise Refused(
            f"{change.after['username']} is the last administrator.",
            field,
            "Make another member an administrator first.",
        )


def _deleting(unit: Unit, change: Change) -> None:
    if _administers(change.after):
        _refuse_last_administrator(unit, change, "")


def _membership(unit: Unit, change: Change) -> None:
    after = change.after
    start, end = after["start_date"], after["end_date"]
    if start is not None and end is not None and end < start and change.differs("start_date", "end_date"):
        raise Refused("The end is before the start.", "end_date")
    if not change.differs("user_id", "lab_id", "start_date", "end_date"):
        return
    others = select(LabMembership.start_date, LabMembership.end_date).where(
        LabMembership.user_id == after["user_id"],
        LabMembership.lab_id == after["lab_id"],
        LabMembership.id != change.id,
    )
    for other in unit.connection.execute(others):
        ended_before = other.end_date is not None and start is not None and other.end_date < start
        begins_after = other.start_date is not None and end is not None and other.start_date > end
        if not ended_before and not begins_after:
            raise Refused("This member is in this lab at that time already.", "user_id")


RULES = {
    "lab_member": Rule(before=_member, deleting=_deleting),
    "lab_membership": Rule(before=_membership),
}
