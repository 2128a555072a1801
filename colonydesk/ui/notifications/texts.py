"""What is said of each type of notification."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from colonydesk.domain.codes import NOTIFICATION_TYPE
from colonydesk.domain.days import zone
from colonydesk.queries.notices import Alert, NoticeRow, Recipient
from colonydesk.ui import words

_DAY = re.compile(r"\b(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d):\d\d)?\b")
_EACH_SAID = 3
TYPES = (
    "mouse_underweight",
    "mouse_not_weighed",
    "mouse_water",
    "mouse_training",
    "wean_due",
    "genotyping_due",
    "breeding_check_due",
    "cage_cleaning_due",
    "request_made",
    "request_due",
    "request_assigned",
    "responsible_user_change",
)
"""In the order of the screens: the urgent first."""
MAIL_STATES = ("to-send", "sent", "no-send")


class Unsent(NamedTuple):
    """Why this workstation sends nothing, whatever waits, and when that was found."""

    reason: str
    at: datetime


def tr(text: str) -> str:
    return QCoreApplication.translate("notifications", text)


def type_word(kind: str) -> str:
    """ "Underweight"."""
    word = NOTIFICATION_TYPE.get(kind, kind.replace("_", " "))
    return word[:1].upper() + word[1:]


def when_told(kind: str) -> str:
    """When there is such a notification, in one sentence."""
    return {
        "mouse_underweight": tr("A weighing is saved that is below the threshold, or up to 2 % above it."),
        "mouse_not_weighed": tr("A restricted animal has no weighing today, at the lab's reminder hour."),
        "mouse_water": tr("A restricted animal is owed water, so long after the last."),
        "mouse_training": tr("A restricted animal had sessions on fewer than 5 days of the past week."),
        "wean_due": tr("Pups are old enough to be weaned."),
        "genotyping_due": tr("An animal to be genotyped is 28 days old."),
        "breeding_check_due": tr("A pair has had no litter for 21 days, and every 21 days again."),
        "cage_cleaning_due": tr("A cage is due by its cleaning frequency."),
        "request_made": tr("Somebody asks for animals."),
        "request_due": tr("An open request is due in 7 days."),
        "request_assigned": tr("An animal is given to a request."),
        "responsible_user_change": tr("Another member is made responsible for an animal."),
    }.get(kind, "")


def usual_receivers(kind: str) -> str:
    """Who gets it without any rule."""
    if kind == "request_made":
        return tr("stock managers")
    if kind == "request_due":
        return tr("who asked, stock managers")
    if kind == "responsible_user_change":
        return tr("who was and who is responsible")
    if kind in ("cage_cleaning_due", "breeding_check_due"):
        return tr("responsible members")
    return tr("responsible member")


def who_words(kind: str, animal: str, anybody: bool) -> str:
    """What the list of those who would get it is of, and what more the rule is than that list can show."""
    if kind == "request_made":
        return tr("Of any request:") if anybody else tr("Of any request: nobody. There is no stock manager.")
    if kind == "request_due":
        if not anybody:
            return tr("Of any request: the member who asked, and nobody else.")
        return tr("Of any request, beside the member who asked:")
    if kind == "responsible_user_change":
        rule = tr("It goes to the member who was responsible, and to the one who is from then on.")
        if anybody:
            return rule + " " + tr("If {} is given to another member now, beside that one:").format(animal)
        return rule + " " + tr("If {} is given to a member now, to nobody else.").format(animal)
    more = {
        "cage_cleaning_due": tr("It goes to the responsible members of all animals in the cage."),
        "breeding_check_due": tr("It goes to the responsible members of all living animals of the pair."),
    }.get(kind)
    if more is not None:
        for_one = tr("For {} alone:") if anybody else tr("For {} alone: to nobody.")
        return f"{more} {for_one.format(animal)}"
    if anybody:
        return tr("Of {}:").format(animal)
    return tr("Of {}: nobody. It would be listed, and sent to no one.").format(animal)


def next_step(row: NoticeRow) -> str:
    """What to do about it."""
    if row.settled:
        return settled_words(row)
    animal = row.nickname or tr("the animal")
    return {
        "mouse_underweight": tr("Weigh {} again, look at it, and give it more water.").format(animal),
        "mouse_not_weighed": tr("Weigh {} today.").format(animal),
        "mouse_water": tr("Give {} its water today.").format(animal),
        "mouse_training": tr("Train {}, or end its restriction.").format(animal),
        "wean_due": tr("Wean {}: move it to a new cage and note the date.").format(animal),
        "genotyping_due": tr("Take a sample of {} and note the result.").format(animal),
        "breeding_check_due": tr("Look at the pair: note the litter, or end the pair."),
        "cage_cleaning_due": tr("Clean cage {} and note it.").format(row.about or ""),
        "request_made": tr("Give animals to the request, or answer its member."),
        "request_due": tr("Give the missing animals to the request."),
        "request_assigned": tr("Nothing: this is for your information."),
        "responsible_user_change": tr("Nothing: this is for your information."),
    }.get(row.notification_type, "")


def settled_words(row: NoticeRow) -> str:
    """What has been done since."""
    return {
        "mouse_underweight": tr("Nothing any more: this weighing was taken back, or the animal is dead."),
        "mouse_not_weighed": tr(
            "Nothing any more: it was weighed on that day or since, is not restricted any more, or is dead."
        ),
        "mouse_water": tr(
            "Nothing any more: it was given its water since, is not restricted any more, or is dead."
        ),
        "mouse_training": tr("Nothing any more: it is not restricted any more, or is dead."),
        "wean_due": tr("Nothing any more: it was weaned, or is dead."),
        "genotyping_due": tr("Nothing any more: it need not be genotyped."),
        "cage_cleaning_due": tr("Nothing any more: the cage was cleaned, or is empty."),
        "breeding_check_due": tr("Nothing any more: there is a litter, or the pair has ended or is gone."),
        "request_made": tr("Nothing any more: the request has all its animals, or is gone."),
        "request_due": tr("Nothing any more: the request has all its animals, or is gone."),
    }.get(row.notification_type, tr("Nothing any more."))


def shape(row: NoticeRow, user_id: object) -> str:
    """The state that is painted: how urgent it is while it is open."""
    own = next((one for one in row.recipients if one.user_id == user_id), None)
    if row.settled or (own is not None and own.done_at is not None):
        return "ok"
    if row.notification_type == "mouse_underweight":
        return "under" if row.title.startswith("WARNING") else "near"
    if row.notification_type in ("mouse_not_weighed", "mouse_water", "mouse_training"):
        return "near"
    return "unknown"


def title(row: NoticeRow | Alert) -> str:
    """The title without the words that the shape says already."""
    text = dated(row.title)
    for head in ("WARNING: ", "ATTENTION: "):
        text = text.removeprefix(head)
    return text[:1].upper() + text[1:] if text[:8] == "subject " else text


def short(row: NoticeRow) -> str:
    """The title beside columns that say type and animal already: "0.75 mL remaining", "due 9 Mar".

    The year is that of the notification, where no other is given.
    """
    text = title(row)
    kind = row.notification_type
    if kind == "mouse_water":
        return text.partition(" for ")[0]
    if kind in ("wean_due", "genotyping_due", "cage_cleaning_due"):
        text = text.rpartition(", ")[2]
    elif kind == "breeding_check_due":
        return (text.partition(": check, ")[2] or text).partition(", due ")[0]
    elif kind in ("mouse_underweight", "mouse_not_weighed", "mouse_training") and row.nickname:
        text = text.removeprefix(f'Subject "{row.nickname}" ').removeprefix(f"{row.nickname} ")
        text = text.removeprefix("weight was ")
    else:
        return text
    return text if row.send_at is None else text.replace(f" {row.send_at.year}", "")


def dated(text: str) -> str:
    """A stored text with its days as every screen writes them: "9 Mar 2026", "9 Mar 2026 10:30"."""
    return _DAY.sub(
        lambda found: (
            words.day_text(date.fromisoformat(found[1]))
            + f" {found[1][:4]}"
            + (f" {found[2]}" if found[2] else "")
        ),
        text,
    )


def age_text(moment: datetime | None, now: datetime) -> str:
    """ "3 min", "5 h", "2 d", "7 w"; "in 2 h" for what is to come."""
    if moment is None:
        return words.UNKNOWN
    past = now - moment
    text = _span(abs(past))
    return tr("in {}").format(text) if past < -timedelta(minutes=1) else text


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return tr("now")
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    if span.days < 14:
        return f"{span.days} d"
    return f"{span.days // 7} w"


def moment_text(moment: datetime, timezone: str, now: datetime) -> str:
    """ "today 09:41", "23 Nov 09:41", on the lab's clock."""
    info = zone(timezone).info
    day = words.near_day_text(moment.astimezone(info).date(), now.astimezone(info).date())
    return f"{day} {words.clock_text(moment, info)}"


def mail_state(row: NoticeRow) -> str:
    """Whether it went out by e-mail."""
    if row.status == "sent" and row.failure.startswith("Shown in the program"):
        return tr("in the program")
    if row.status == "to-send" and row.attempts:
        return tr("waits, failed {} times").format(row.attempts)
    return status_word(row.status)


def short_mail_state(row: NoticeRow) -> str:
    """The same in a narrow column."""
    waits_again = row.status == "to-send" and row.attempts
    return tr("waits, {} failed").format(row.attempts) if waits_again else mail_state(row)


def status_word(status: str) -> str:
    """Whether something with this status went out."""
    return {"to-send": tr("waits"), "sent": tr("sent"), "no-send": tr("not sent")}.get(status, status)


def unsent_text(unsent: Unsent, timezone: str, now: datetime) -> str:
    """Why what waits is not sent from here, the moment on the lab's clock."""
    return tr("Not from here, {}: {}").format(moment_text(unsent.at, timezone, now), unsent.reason)


def own_state(own: Recipient | None, now: datetime, timezone: str) -> str:
    """What the member did with it."""
    if own is None:
        return tr("not for you")
    if own.done_at is not None:
        return tr("done {}").format(moment_text(own.done_at, timezone, now))
    if own.snoozed_until is not None and own.snoozed_until > now:
        return tr("put off until {}").format(moment_text(own.snoozed_until, timezone, now))
    if not own.is_unread(now):
        return tr("read")
    if own.read_at is not None and own.snoozed_until is not None:
        return tr("unread again since {}").format(moment_text(own.snoozed_until, timezone, now))
    return tr("unread")


def reason_words(reason: str) -> str:
    """Why a member would get it."""
    return {
        "named": tr("it is addressed to this member"),
        "responsible": tr("is responsible for the animal"),
        "mine": tr("own rule: my animals"),
        "lab": tr("own rule: my lab, and is a member of the animal's lab now"),
        "all": tr("own rule: all animals"),
        "none": tr("gets nothing: the own rule says none"),
    }.get(reason, reason)


def summary(alerts: tuple[Alert, ...]) -> str:
    """ "5 not weighed, 2 underweight"."""
    counts: dict[str, int] = {}
    for one in alerts:
        counts[one.notification_type] = counts.get(one.notification_type, 0) + 1
    ordered = sorted(counts, key=lambda kind: TYPES.index(kind) if kind in TYPES else len(TYPES))
    return ", ".join(f"{counts[kind]} {NOTIFICATION_TYPE.get(kind, kind)}" for kind in ordered)


def message(alerts: tuple[Alert, ...]) -> tuple[str, str, Alert | None]:
    """What a message of them all says: its title, its text, and the one that it is of, None of several."""
    if len(alerts) == 1:
        [one] = alerts
        return type_word(one.notification_type), title(one), one
    head = tr("{} notifications").format(len(alerts))
    each = "\n".join(title(one) for one in alerts)
    return head, each if len(alerts) <= _EACH_SAID else summary(alerts), None


def one_line(title: str, text: str) -> str:
    """A message as it stands above the work, in one line."""
    return f"{title}: {text}".replace("\n", "; ")
