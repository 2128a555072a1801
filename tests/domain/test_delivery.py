from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from colonydesk.domain.delivery import (
    LEFT,
    NO_SEND,
    NOBODY,
    REPEAT_DELAY,
    SENT,
    TO_SEND,
    About,
    Earlier,
    Mark,
    Membership,
    RecipientRule,
    compose,
    is_waiting,
    recipients,
    status_after_failure,
)
from colonydesk.domain.notices import Notice

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
TODAY = NOW.date()
ALICE, BOB, CAROL, SUBJECT, LAB, OTHER_LAB, CAGE = (UUID(int=number) for number in range(1, 8))
WATER = Notice("mouse_water", "0.8 mL remaining for m1", subject_id=SUBJECT)
MINE = About(ALICE, LAB)
BOTH = frozenset({ALICE, BOB})


def rule(user, scope, notification_type="mouse_water"):
    return RecipientRule(user, notification_type, scope)


def told(notice=WATER, animals=(MINE,), rules=(), memberships=(), **inactive):
    return recipients(notice, animals, rules, memberships, TODAY, **inactive)


def created(notice=WATER, to=frozenset({ALICE}), earlier=(), now=NOW, **more):
    return compose(notice, to, earlier, now, **more)


def was(at, status=TO_SEND, notice=WATER, **more):
    return Earlier(
        notice.notification_type, notice.title, status, at, None, notice.subject_id, notice.about_id, **more
    )


def test_without_rules_it_is_the_responsible_member():
    assert told() == {ALICE}
    assert told(animals=()) == set()


def test_scopes_add_members():
    assert told(rules=[rule(BOB, "all")]) == {ALICE, BOB}
    assert told(rules=[rule(BOB, "mine")]) == {ALICE}
    assert told(rules=[rule(BOB, "")]) == {ALICE}
    assert told(rules=[rule(BOB, "all", "mouse_training")]) == {ALICE}


def test_a_rule_that_says_none_takes_out_even_the_responsible_and_the_named():
    assert told(rules=[rule(ALICE, "none")]) == set()
    named = Notice("mouse_water", "t", named=frozenset({BOB, CAROL}))
    assert told(named, rules=[rule(BOB, "none")]) == {CAROL}


def test_the_lab_scope_asks_for_a_current_membership_of_the_animals_lab():
    lab = [rule(BOB, "lab")]
    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    for membership, expected in [
        (Membership(BOB, LAB, yesterday), {ALICE, BOB}),
        (Membership(BOB, LAB, yesterday, TODAY), {ALICE, BOB}),
        (Membership(BOB, LAB), {ALICE, BOB}),
        (Membership(BOB, LAB, TODAY), {ALICE}),  # as the reference: from the day after
        (Membership(BOB, LAB, tomorrow), {ALICE}),
        (Membership(BOB, LAB, date(2020, 1, 1), yesterday), {ALICE}),
        (Membership(BOB, OTHER_LAB, yesterday), {ALICE}),
        (Membership(CAROL, LAB, yesterday), {ALICE}),
    ]:
        assert told(rules=lab, memberships=[membership]) == expected, membership
    assert told(animals=[About(ALICE, None)], rules=lab, memberships=[Membership(BOB, LAB)]) == {ALICE}


@pytest.mark.parametrize("scope", ["mine", "lab", "all", "none", ""])
def test_no_rule_fails_on_an_animal_without_a_responsible_member(scope):
    assert told(animals=[About(None, None)], rules=[rule(BOB, scope)]) == ({BOB} if scope == "all" else set())


def test_members_who_are_not_active_any_more_receive_nothing_whatever_the_reason():
    rules = [rule(BOB, "all"), rule(CAROL, "all")]
    assert told(rules=rules, inactive={ALICE, BOB}) == {CAROL}
    named = Notice("mouse_water", "t", named=frozenset({BOB, CAROL}))
    assert told(named, inactive={BOB}) == {CAROL}


def test_a_cages_notice_goes_to_all_who_are_responsible_for_its_animals():
    clean = Notice("cage_cleaning_due", "Cage C1: clean, due 2026-03-10", about_id=CAGE)
    assert told(clean, [MINE, About(BOB, LAB), About(None, LAB)]) == {ALICE, BOB}


def test_the_same_is_not_created_again_within_the_delay():
    assert created(earlier=[was(NOW - REPEAT_DELAY + timedelta(seconds=1))]) is None
    assert created(earlier=[was(NOW - REPEAT_DELAY)]) is not None
    assert created(earlier=[was(NOW + timedelta(hours=5))]) is None
    half_an_hour = timedelta(minutes=30)
    assert created(earlier=[was(NOW - half_an_hour)], delay=half_an_hour) is not None


def test_the_time_of_sending_counts_before_the_planned_one():
    late = Earlier(
        "mouse_water", WATER.title, SENT, NOW - timedelta(hours=5), NOW - timedelta(minutes=5), SUBJECT
    )
    assert created(earlier=[late]) is None
    assert created(earlier=[was(None)]) is not None


def test_what_was_given_up_does_not_count():
    assert created(earlier=[was(NOW, NO_SEND)]) is not None
    assert created(earlier=[was(NOW, NO_SEND, failure="no answer from the mail server")]) is not None


def test_another_type_title_animal_or_cage_is_another_notification():
    for other in [
        Notice("mouse_underweight", WATER.title, subject_id=SUBJECT),
        Notice("mouse_water", "0.9 mL remaining for m1", subject_id=SUBJECT),
        Notice("mouse_water", WATER.title, subject_id=CAGE),
        Notice("mouse_water", WATER.title, subject_id=SUBJECT, about_id=CAGE),
    ]:
        assert created(earlier=[was(NOW, notice=other)]) is not None


def test_one_nobody_can_receive_says_so_once_and_not_at_every_check():
    unheard = created(to=frozenset())
    assert (unheard.status, unheard.failure) == (NO_SEND, NOBODY)
    before = was(NOW - timedelta(minutes=1), NO_SEND, failure=NOBODY)
    assert created(to=frozenset(), earlier=[before]) is None
    heard = created(earlier=[before])
    assert (heard.status, heard.failure, heard.send_at) == (TO_SEND, "", NOW)


def test_a_day_that_something_falls_due_is_told_once():
    wean = Notice("wean_due", "m1: wean, due 2026-03-01", subject_id=SUBJECT)
    before = was(NOW - timedelta(days=300), notice=wean, marks=(Mark(ALICE),))
    assert created(wean, earlier=[before]) is None
    assert created(wean, to=BOTH, earlier=[before], own=BOTH).recipients == {BOB}
    assert created(wean, to=BOTH, earlier=[before], own=frozenset({ALICE})) is None
    assert created(wean, to=frozenset(), earlier=[before]) is None


def test_what_is_told_once_was_told_though_no_mail_went():
    """It was shown in the program; to nobody it was not."""
    wean = Notice("wean_due", "m1: wean, due 2026-03-01", subject_id=SUBJECT)
    waited = {"failure": "Not sent: it had been waiting.", "marks": (Mark(ALICE),)}
    given_up = was(NOW - timedelta(days=8), NO_SEND, wean, **waited)
    assert created(wean, earlier=[given_up]) is None
    for unseen in (NOBODY, LEFT):
        before = was(NOW - timedelta(days=8), NO_SEND, wean, failure=unseen)
        assert created(wean, earlier=[before]) is not None
        assert created(wean, to=frozenset(), earlier=[before]) is None


# Done, and put off

HOURS = timedelta(hours=1)


def marked(*marks, notice=WATER, at=NOW - 2 * HOURS):
    """The same, told two hours ago, and what its recipients did with it."""
    return was(at, SENT, notice, marks=tuple(Mark(*one) for one in marks))


def test_a_repetition_is_not_for_who_put_it_off_until_it_came_back_so_long_ago():
    put_off = marked((ALICE, None, NOW + HOURS))
    assert created(earlier=[put_off]) is None
    assert created(to=BOTH, earlier=[put_off]).recipients == {BOB}
    moment = NOW + HOURS  # it rings by itself
    assert created(to=BOTH, earlier=[put_off], now=moment).recipients == {BOB}
    assert created(earlier=[put_off], now=moment + REPEAT_DELAY - timedelta(seconds=1)) is None
    assert created(earlier=[put_off], now=moment + REPEAT_DELAY).recipients == {ALICE}
    half_an_hour = timedelta(minutes=30)
    assert created(earlier=[put_off], now=moment + half_an_hour, delay=half_an_hour) is not None


def test_a_repetition_is_not_for_who_has_done_with_it_on_the_same_local_day():
    done = marked((ALICE, NOW - HOURS, None), at=NOW - 30 * HOURS)
    assert created(earlier=[done]) is None
    assert created(to=BOTH, earlier=[done, marked()]).recipients == {BOB}
    assert created(earlier=[done], now=NOW + 9 * HOURS) is not None
    # 16:00 in Auckland's summer time is 03:00 on the next day, which ends at 11:00
    auckland = {"timezone": "Pacific/Auckland"}
    assert created(earlier=[done], now=NOW + 19 * HOURS, **auckland) is None
    assert created(earlier=[done], now=NOW + 20 * HOURS, **auckland) is not None


def test_what_was_done_with_another_notification_does_not_count():
    other = Notice("mouse_water", "0.9 mL remaining for m1", subject_id=SUBJECT)
    assert created(earlier=[marked((ALICE, NOW, NOW + HOURS), notice=other)]) is not None


def test_when_all_have_done_with_it_that_is_not_nobody():
    done = marked((ALICE, NOW - HOURS, None))
    assert created(earlier=[done]) is None
    unheard = created(to=frozenset(), earlier=[done])
    assert (unheard.status, unheard.failure) == (NO_SEND, NOBODY)


def test_what_happens_again_is_told_again_to_who_has_done_with_the_last_time():
    change = Notice("responsible_user_change", "m1 changed from a to b", subject_id=SUBJECT)
    before = marked((ALICE, NOW - HOURS, NOW + HOURS), notice=change)
    assert created(change, earlier=[before]).recipients == {ALICE}


def test_training_is_told_once_a_week_by_a_daily_check_that_runs_a_little_early():
    training = Notice(
        "mouse_training", "m1 trained on fewer than 5 days of the past week", subject_id=SUBJECT
    )
    assert created(training, earlier=[was(NOW - timedelta(days=6), notice=training)]) is None
    almost = NOW - timedelta(days=7) + timedelta(minutes=5)
    assert created(training, earlier=[was(almost, notice=training)]) is not None


def test_training_is_told_once_a_week_though_no_mail_went():
    training = Notice("mouse_training", "m1 trained on fewer than 5 days", subject_id=SUBJECT)
    given_up = was(NOW - timedelta(days=2), NO_SEND, training, failure="no answer from the mail server")
    assert created(training, earlier=[given_up]) is None
    unseen = was(NOW - timedelta(days=2), NO_SEND, training, failure=NOBODY)
    assert created(training, earlier=[unseen]) is not None


def test_sending_waits_for_its_time_and_is_given_up_after_three_tries():
    assert is_waiting(TO_SEND, NOW, NOW)
    assert not is_waiting(TO_SEND, NOW + timedelta(seconds=1), NOW)
    assert not is_waiting(SENT, NOW, NOW)
    assert not is_waiting(NO_SEND, NOW, NOW)
    assert [status_after_failure(tries) for tries in (1, 2, 3, 4)] == [TO_SEND, TO_SEND, NO_SEND, NO_SEND]
