"""Animals for the husbandry tests: facts from plain values, random ones, and the reference system's."""

import gzip
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import strategies as st

from colonydesk.domain.days import micros, micros_of
from colonydesk.domain.facts import NEVER, Facts, LabRules
from colonydesk.domain.growth import GrowthCurve, parse_growth_csv

CURVE_FILE = Path(__file__).resolve().parents[2] / "resources" / "growth" / "c57bl6.csv"

Weighed = tuple[datetime, float]
Operated = tuple[datetime, float]
Restricted = tuple[datetime, datetime | None, float | None]
Given = tuple[datetime, float | None, bool, bool]
"""Time, mL, in a session, ad lib."""


def c57bl6() -> GrowthCurve:
    return parse_growth_csv(CURVE_FILE.read_text(encoding="utf-8"), "C57BL/6J")


def at(text: str, timezone: str = "UTC") -> datetime:
    """A wall-clock time of a zone, as an aware moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def animal(
    lab: LabRules | None = None,
    *,
    sex: str = "M",
    birth_date: date | None = date(2024, 1, 1),
    death_date: date | None = None,
    curve: GrowthCurve | None = None,
    weighings: Sequence[Weighed] = (),
    surgeries: Sequence[Operated] = (),
    restrictions: Sequence[Restricted] = (),
    waters: Sequence[Given] = (),
) -> Facts:
    """Facts of records in any order; two of one moment stay in the order given."""
    weighings = sorted(weighings, key=lambda record: record[0])
    surgeries = sorted(surgeries, key=lambda record: record[0])
    restrictions = sorted(restrictions, key=lambda record: record[0])
    waters = sorted(waters, key=lambda record: record[0])
    return Facts(
        lab=lab or LabRules(0.4, 0.4),
        sex=sex,
        birth_date=birth_date,
        death_date=death_date,
        curve=curve,
        weighing_times=micros_of(record[0] for record in weighings),
        weights=numbers(record[1] for record in weighings),
        surgery_times=micros_of(record[0] for record in surgeries),
        implant_weights=numbers(record[1] for record in surgeries),
        restriction_starts=micros_of(record[0] for record in restrictions),
        restriction_ends=np.array(
            [NEVER if record[1] is None else micros(record[1]) for record in restrictions], dtype=np.int64
        ),
        reference_weights=numbers(record[2] for record in restrictions),
        water_times=micros_of(record[0] for record in waters),
        water_amounts=numbers(record[1] for record in waters),
        water_in_session=np.array([record[2] for record in waters], dtype=np.bool_),
        water_adlib=np.array([record[3] for record in waters], dtype=np.bool_),
    )


def numbers(values: Any) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def vectors(shared_data: Path) -> list[dict[str, Any]]:
    """The subjects of the reference system's vectors."""
    with gzip.open(shared_data / "vectors" / "water_daily.json.gz", "rt", encoding="utf-8") as file:
        subjects: list[dict[str, Any]] = json.load(file)
    return subjects


def from_vector(subject: dict[str, Any], curve: GrowthCurve) -> Facts:
    """The facts of one subject of the vectors."""
    lab = subject["lab"]

    def moment(text: str | None) -> datetime | None:
        return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)

    return animal(
        LabRules(lab["reference_weight_pct"], lab["zscore_weight_pct"], timezone=lab["timezone"]),
        sex=subject["sex"],
        birth_date=date.fromisoformat(subject["birth_date"]) if subject["birth_date"] else None,
        curve=curve,
        weighings=[(moment(each["date_time"]), each["weight"]) for each in subject["weighings"]],
        surgeries=[(moment(each["start_time"]), each["implant_weight"]) for each in subject["surgeries"]],
        restrictions=[
            (moment(each["start_time"]), moment(each["end_time"]), each["reference_weight"])
            for each in subject["water_restrictions"]
        ],
        waters=[
            (moment(each["date_time"]), each["water_administered"], each["session"], False)
            for each in subject["water_administrations"]
        ],
    )


ZONES = (
    "UTC",
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "Pacific/Kiritimati",  # +14
    "Asia/Kathmandu",  # +5:45
    "Africa/Casablanca",  # two changes a month apart
    "America/Havana",  # changes at midnight
    "Asia/Beirut",  # a day that begins at 01:00
)
FIRST, LAST = datetime(2024, 3, 1), datetime(2024, 4, 10)  # noqa: DTZ001 - hypothesis wants them without a zone

moments = st.one_of(
    st.datetimes(FIRST, LAST),
    # The hours where days, ages and daylight saving change.
    st.builds(
        datetime.combine,
        st.dates(date(2024, 3, 8), date(2024, 4, 8)),
        st.sampled_from(
            [
                time(0),
                time(0, 0, 0, 1),
                time(3),
                time(4),
                time(7),
                time(11, 59, 59, 999999),
                time(12),
                time(16),
            ]
        ),
    ),
).map(lambda value: value.replace(tzinfo=UTC))
weights = st.decimals("8", "45", places=2).map(float)
percentages = st.sampled_from([(0.0, 0.8), (0.8, 0.0), (0.425, 0.425), (0.1, 0.8), (0.0, 0.0), (0.7, 0.1)])


@st.composite
def animals(draw: st.DrawFn) -> Facts:
    """Random facts within 40 days around a change to daylight-saving time."""
    reference_pct, zscore_pct = draw(percentages)
    lab = LabRules(
        reference_pct,
        zscore_pct,
        growth_mode=draw(st.sampled_from(["step", "linear"])),
        timezone=draw(st.sampled_from(ZONES)),
    )
    ends = st.one_of(st.none(), moments)
    references = st.one_of(st.none(), st.just(0.0), weights)
    restrictions = draw(st.lists(st.tuples(moments, ends, references), max_size=4))
    return animal(
        lab,
        sex=draw(st.sampled_from("MFU")),
        birth_date=draw(st.one_of(st.none(), st.dates(date(2023, 8, 1), date(2024, 3, 20)))),
        death_date=draw(st.one_of(st.none(), st.dates(date(2024, 3, 1), date(2024, 4, 20)))),
        curve=draw(st.sampled_from([None, c57bl6()])),
        weighings=draw(st.lists(st.tuples(moments, weights), max_size=12)),
        surgeries=draw(st.lists(st.tuples(moments, st.sampled_from([0.0, 1.5, 3.2])), max_size=4)),
        restrictions=[
            (start, end if end is None or end > start else start, reference)
            for start, end, reference in restrictions
        ],
        waters=draw(
            st.lists(
                st.tuples(
                    moments,
                    st.one_of(st.none(), st.decimals("0", "2", places=3).map(float)),
                    st.booleans(),
                    st.sampled_from([False, False, False, True]),
                ),
                max_size=12,
            )
        ),
    )
