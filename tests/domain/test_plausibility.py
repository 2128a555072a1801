from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonydesk.domain.errors import Refused
from colonydesk.domain.plausibility import (
    CLOCK_TOLERANCE,
    CageMate,
    Reading,
    WaterFacts,
    WeightFacts,
    check_water,
    check_weight,
    parse_amount,
)

LISBON = ZoneInfo("Europe/Lisbon")
NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
YESTERDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
MOUSE = WeightFacts(zone=LISBON, last=Reading(22.8, YESTERDAY))
THIRSTY = WaterFacts(zone=LISBON, required=0.82, remaining=0.82)


def weigh(weight, facts=MOUSE, at=NOW):
    return {question.code: question.text for question in check_weight(weight, at, NOW, facts)}


def give(amount, facts=THIRSTY, adlib=False, at=NOW):
    return {question.code: question.text for question in check_water(amount, adlib, at, NOW, facts)}


# What is typed


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("22.4", 22.4),
        ("  22,4 ", 22.4),
        ("22.4 g", 22.4),
        ("22,4g", 22.4),
        ("22.4\u00a0G", 22.4),
        ("22.4\n", 22.4),
        (".5", 0.5),
        ("22.", 22.0),
        ("0022", 22.0),
    ],
)
def test_what_a_person_means_by_a_weight_is_read(typed, number):
    assert parse_amount(typed, "weight") == number


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Type the weight in g."),
        ("   ", "Type the weight in g."),
        ("abc", '"abc" is not a number; type the weight in g, such as 22.4.'),
        ("22.4\u200b", '"22.4?" is not a number; type the weight in g, such as 22.4.'),
        ("٢٢", '"٢٢" is not a number; type the weight in g, such as 22.4.'),
        ("nan", '"nan" is not a number; type the weight in g, such as 22.4.'),
        ("inf", '"inf" is not a number; type the weight in g, such as 22.4.'),
        ("1_0", '"1_0" is not a number; type the weight in g, such as 22.4.'),
        ("0x10", '"0x10" is not a number; type the weight in g, such as 22.4.'),
        (".", '"." is not a number; type the weight in g, such as 22.4.'),
        ("-22", "The weight cannot be negative."),
        ("− 22", "The weight cannot be negative."),
        ("0", "The weight must be more than 0 g."),
        ("0,00 g", "The weight must be more than 0 g."),
        ("2e1", 'Write the number out: "2e1" has an exponent.'),
        ("1,234.5", '"1,234.5" has more than one decimal sign.'),
        ("22..4", '"22..4" has more than one decimal sign.'),
        ("2 000", '"2 000" is more than one number.'),
        ("22.4\t23.1", '"22.4?23.1" is more than one number.'),
        ("22.4\n23.1", "This is more than one line; type one weight in g."),
        ("22.4\r\n\r\nx", "This is more than one line; type one weight in g."),
        ("22.4 mL", 'The weight is in g, not in "mL".'),
        ("22400 mg", 'The weight is in g, not in "mg".'),
        ("9" * 400, "This is too long for the weight in g: 400 characters."),
    ],
)
def test_what_is_no_weight_is_refused_in_one_sentence(typed, sentence):
    with pytest.raises(Refused) as refusal:
        parse_amount(typed, "weight")
    assert str(refusal.value) == sentence
    assert refusal.value.field == "weight"


def test_water_has_its_own_unit_and_may_be_nothing():
    assert parse_amount("0,8 ml", "water") == 0.8
    assert parse_amount("0", "water") == 0
    assert parse_amount("0", "implant weight") == 0
    with pytest.raises(Refused, match='The water is in mL, not in "g"') as refusal:
        parse_amount("0.8 g", "water")
    assert refusal.value.field == "water_administered"


@given(
    st.floats(min_value=1e-4, max_value=1e15, exclude_max=True),
    st.sampled_from(["", " "]),
    st.sampled_from(["", "g", " g"]),
)
def test_a_number_written_out_comes_back_to_the_bit(number, blank, unit):
    assert parse_amount(f"{blank}{number}{unit}{blank}", "weight") == number
    assert parse_amount(f"{number}".replace(".", ","), "weight") == number


@given(st.text())
def test_any_text_gives_a_finite_positive_number_or_one_sentence(text):
    try:
        number = parse_amount(text, "weight")
    except Refused as refusal:
        sentence = str(refusal)
        assert sentence.endswith(".")
        assert len(sentence.splitlines()) == 1
        assert len(sentence) < 150
    else:
        assert 0 < number < float("inf")
        written = text.strip().rstrip("gG").strip().replace(",", ".")
        assert float(written) == number


# A weighing


def test_a_usual_weight_raises_no_question():
    assert weigh(22.5) == {}
    assert weigh(22.5, WeightFacts(zone=LISBON)) == {}


@pytest.mark.parametrize(
    ("weight", "sentence"),
    [
        (float("nan"), "The weight is not a number."),
        (float("inf"), "The weight is not a number."),
        (0.0, "The weight must be more than 0 g."),
        (-1.0, "The weight must be more than 0 g."),
        (2000.0, "2000 g is not possible: the limit for this species is 500 g."),
    ],
)
def test_an_impossible_weight_is_refused(weight, sentence):
    with pytest.raises(Refused) as refusal:
        weigh(weight)
    assert str(refusal.value) == sentence
    assert refusal.value.field == "weight"


def test_over_ten_times_the_range_means_over():
    assert "range" in weigh(500.0)


def test_outside_the_usual_range_is_asked():
    none = WeightFacts(zone=LISBON)
    assert weigh(4.9, none) == {"range": "4.9 g: usual is 5 to 50 g."}
    assert weigh(50.1, none)["range"] == "50.1 g: usual is 5 to 50 g."
    assert weigh(5.0, none) == weigh(50.0, none) == {}
    assert weigh(400.0, none._replace(usual=(150.0, 700.0))) == {}


def test_a_species_without_a_usual_range_has_no_limit():
    assert weigh(9000.0, WeightFacts(zone=LISBON, usual=None)) == {}


def test_the_usual_range_is_that_of_the_animal_without_its_implant():
    implanted = WeightFacts(zone=LISBON, implant_weight=3.0)
    assert weigh(52.0, implanted) == {}
    assert weigh(7.5, implanted) == {"range": "4.5 g without the implant: usual is 5 to 50 g."}
    assert weigh(3.0, implanted) == {"implant": "3 g is no more than the implant's 3 g."}


def test_over_ten_percent_from_the_last_is_asked_with_the_numbers():
    assert weigh(20.0) == {"change": "12 % below yesterday's 22.8 g."}
    assert weigh(25.5)["change"] == "12 % above yesterday's 22.8 g."
    long_ago = MOUSE._replace(last=Reading(22.8, datetime(2026, 2, 24, 9, tzinfo=UTC)))
    assert weigh(20.0, long_ago)["change"] == "12 % below the 22.8 g of 24 Feb."
    last_year = MOUSE._replace(last=Reading(22.8, datetime(2025, 12, 24, 9, tzinfo=UTC)))
    assert weigh(20.0, last_year)["change"] == "12 % below the 22.8 g of 24 Dec 2025."


def test_ten_percent_itself_is_not_asked():
    ten = MOUSE._replace(last=Reading(20.0, YESTERDAY))
    assert "change" not in weigh(22.0, ten)
    assert "change" not in weigh(18.0, ten)
    assert "change" in weigh(22.01, ten)
    assert "change" in weigh(17.99, ten)


def test_a_second_weighing_of_the_day_is_asked():
    today = Reading(22.8, datetime(2026, 3, 10, 9, 12, tzinfo=UTC))
    again = MOUSE._replace(last=today, same_day=today)
    assert weigh(22.7, again) == {"again": "Already weighed today at 09:12: 22.8 g."}
    assert weigh(20.0, again)["change"] == "12 % below today's 22.8 g."
    before = MOUSE._replace(same_day=Reading(22.8, YESTERDAY))
    asked = weigh(22.7, before, at=YESTERDAY + timedelta(hours=1))
    assert asked == {"again": "Already weighed on 9 Mar at 09:00: 22.8 g."}


def test_a_weight_that_fits_a_cage_mate_better_is_asked():
    cage = MOUSE._replace(cage_mates=(CageMate("PV_0002", 31.0), CageMate("PV_0003", 25.0)))
    assert weigh(25.2, cage)["cage_mate"] == "Fits PV_0003 (25.0 g) better than this animal (22.8 g)."
    assert "cage_mate" not in weigh(23.8, cage)  # within 5 % of its own last
    assert "cage_mate" not in weigh(28.0, cage)  # near nobody
    assert "cage_mate" not in weigh(25.2, cage._replace(last=None))


def test_a_time_in_the_future_is_refused_beyond_the_clocks_tolerance():
    assert weigh(22.5, at=NOW + CLOCK_TOLERANCE) == {}
    with pytest.raises(Refused, match=r"^15:03 on 10 Mar is in the future\.$") as refusal:
        weigh(22.5, at=NOW + CLOCK_TOLERANCE + timedelta(minutes=1))
    assert refusal.value.field == "date_time"


def test_after_death_and_before_birth_are_refused_by_the_labs_day():
    dead = MOUSE._replace(birth_date=date(2026, 1, 5), death_date=date(2026, 3, 9))
    with pytest.raises(Refused, match=r"^This animal died on 9 Mar; no weighing on 10 Mar is possible\.$"):
        weigh(22.5, dead)
    assert weigh(22.5, dead, at=YESTERDAY) == {}
    with pytest.raises(Refused, match=r"^This animal was born on 5 Jan; no weighing on 4 Jan is possible\.$"):
        weigh(22.5, dead, at=datetime(2026, 1, 4, 12, tzinfo=UTC))
    # 01:00 UTC on the 10th is still the evening of the 9th in New York
    new_york = dead._replace(zone=ZoneInfo("America/New_York"))
    assert weigh(22.5, new_york, at=datetime(2026, 3, 10, 1, tzinfo=UTC)) == {}


# Water


def test_what_is_owed_raises_no_question():
    assert give(0.82) == give(0.5) == {}
    assert give(None, adlib=True) == {}


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        (float("nan"), "The water is not a number."),
        (-0.1, "The water cannot be negative."),
        (10.5, "10.5 mL is not possible: the limit for this species is 10 mL."),
        (None, "Type the water in mL, or mark it as ad lib."),
    ],
)
def test_impossible_water_is_refused(amount, sentence):
    with pytest.raises(Refused) as refusal:
        give(amount)
    assert str(refusal.value) == sentence
    assert refusal.value.field == "water_administered"


def test_the_limit_of_water_follows_the_species():
    assert "much" in give(10.0)
    assert give(20.0, THIRSTY._replace(usual=(150.0, 700.0), required=18.0, remaining=20.0)) == {}
    assert give(900.0, WaterFacts(zone=LISBON, usual=None)) == {}


def test_nothing_given_is_asked():
    assert give(0.0) == {"zero": "0 mL records that nothing was given."}
    assert give(0.0, adlib=True) == {}


def test_water_without_a_restriction_is_asked():
    free = THIRSTY._replace(restricted=False)
    assert give(0.8, free) == {"not_restricted": "This animal is not on water restriction."}
    assert give(None, free, adlib=True).keys() == {"not_restricted"}
    assert give(1.2, free).keys() == {"not_restricted"}


def test_clearly_more_than_remains_is_asked():
    assert give(0.92) == {}
    assert give(1.0) == {"excess": "0.18 mL more than the 0.82 mL still owed."}
    rounded = THIRSTY._replace(remaining=0.822)
    assert give(1.0, rounded) == {"excess": "0.17 mL more than the 0.83 mL still owed."}
    done = THIRSTY._replace(remaining=-0.3)
    assert give(0.5, done) == {"excess": "Nothing is owed on this day any more; this is 0.5 mL too much."}
    assert give(0.05, done) == {}
    assert give(20.5, WaterFacts(zone=LISBON, usual=None, required=20.0, remaining=19.0)) == {}


def test_over_twice_the_days_water_is_asked():
    assert give(2.0) == {
        "excess": "1.18 mL more than the 0.82 mL still owed.",
        "much": "Over twice the 0.82 mL of a whole day.",
    }
    assert "much" not in give(1.64)
    assert give(3.0, THIRSTY._replace(required=None, remaining=None)) == {}


def test_the_same_amount_again_within_minutes_is_asked():
    given_before = THIRSTY._replace(required=2.0, remaining=1.0, given=(Reading(0.8, NOW),))
    soon = NOW - timedelta(minutes=5)
    assert give(0.8, given_before, at=soon) == {"again": "0.8 mL is already recorded at 15:00."}
    assert give(0.7, given_before, at=soon) == {}
    assert give(0.8, given_before, at=soon - timedelta(seconds=1)) == {}


def test_ad_lib_a_second_time_on_a_day_is_asked():
    since = THIRSTY._replace(remaining=0.0, adlib=NOW - timedelta(hours=2))
    text = "This animal has water ad lib already today, since 13:00."
    assert give(None, since, adlib=True) == {"again": text}
    assert give(0.5, since, adlib=True) == {"again": text}
    assert "again" not in give(0.5, since)
    assert give(None, adlib=True) == {}
    yesterday = THIRSTY._replace(adlib=NOW - timedelta(days=1))
    assert "already on 9 Mar, since 15:00" in give(None, yesterday, adlib=True)["again"]


def test_water_has_the_same_bounds_in_time():
    with pytest.raises(Refused, match=r"in the future\.$"):
        give(0.5, at=NOW + timedelta(hours=1))
    with pytest.raises(Refused, match="no water administration on 10 Mar is possible"):
        give(0.5, THIRSTY._replace(death_date=date(2026, 3, 9)))
    with pytest.raises(Refused, match="was born on 11 Mar"):
        give(None, THIRSTY._replace(birth_date=date(2026, 3, 11)), adlib=True)


@given(
    st.floats(min_value=0.01, max_value=500.0),
    st.floats(min_value=5.0, max_value=50.0),
    st.lists(st.floats(min_value=5.0, max_value=50.0), max_size=4),
)
def test_a_cage_mate_is_only_named_when_nearer(weight, last, mates):
    cage = tuple(CageMate(f"m{number}", value) for number, value in enumerate(mates))
    asked = weigh(weight, WeightFacts(zone=LISBON, last=Reading(last, YESTERDAY), cage_mates=cage))
    if "cage_mate" in asked:
        assert min(abs(weight - value) for value in mates) < abs(weight - last)
    if abs(weight - last) > 0.1001 * last:
        assert "change" in asked
    if abs(weight - last) < 0.0999 * last:
        assert "change" not in asked
