"""What was seen and done besides: health checks, pictures, animals nobody needs, and slips of the pen."""

from datetime import timedelta
from uuid import UUID

from colonydesk.db.tables import (
    Cull,
    Note,
    OtherAction,
    ProcedureType,
    Subject,
    other_action_procedure,
    other_action_user,
)
from colonydesk.services.demonstration.animals import Animal
from colonydesk.services.demonstration.calendar import Calendar
from colonydesk.services.demonstration.people import FOUNDED, LabHome
from colonydesk.services.demonstration.picture import window_picture
from colonydesk.services.demonstration.rows import Rows

KINDS = (
    ("Health check", "by the veterinarian"),
    ("Incisor trimming", "overgrown teeth shortened"),
    ("Blood sample", "from the tail vein"),
)
_DONE = (
    ("Health check", "Coat and eyes clear, body condition 3 of 5."),
    ("Health check", "Headplate firm, skin around it dry. Body condition 2 to 3 of 5: weigh daily."),
    ("Incisor trimming", "Lower incisors shortened without anaesthesia; soft food for two days."),
    ("Blood sample", "50 µL from the tail vein, bleeding stopped within a minute."),
    ("Health check", "Limps on the left hind leg, nothing broken. To be seen again in three days."),
    ("Health check", "Walks normally again."),
)
_PICTURED = (
    "Window clear after the craniotomy, no bleeding under the glass.",
    "Window two weeks on: vessels sharp, good to record from.",
    "A little regrowth at the lower edge; the centre is still clear.",
)
SURPLUS = 5
"""Animals of a lab that are marked to be culled, at least."""
UNNOTED = 2
"""Culls of a lab after which nobody noted the actual severity."""


def make_kinds(rows: Rows, calendar: Calendar) -> dict[str, UUID]:
    at = calendar.at(FOUNDED, 670)
    return {name: rows.add(ProcedureType, at, None, name=name, description=text) for name, text in KINDS}


def write_observed(
    rows: Rows,
    calendar: Calendar,
    home: LabHome,
    kinds: dict[str, UUID],
    animals: list[Animal],
    recorded: list[Animal],
) -> None:
    """``recorded`` are those with a window that is worth a picture."""
    mark_surplus(rows, animals)
    _write_actions(rows, calendar, home, kinds, animals)
    for index, animal in enumerate(recorded[: len(_PICTURED)]):
        day = -1 if animal.death is None else animal.death
        at, text = calendar.at(day, 11 * 60 + 20 * index), _PICTURED[index]
        picture = {"image": window_picture(rows.rng), "image_name": f"{animal.nickname}_window.png"}
        about = {"content_type": "subject", "object_id": animal.id}
        rows.add(
            Note,
            at,
            animal.responsible,
            user_id=animal.responsible,
            date_time=at,
            text=text,
            **about,
            **picture,
        )
    _forget_severities(rows, animals)


def mark_surplus(rows: Rows, animals: list[Animal]) -> None:
    """Those of the wrong genotype first, where fewer are marked than a stock manager would have."""
    plain = {
        animal.id: animal
        for animal in animals
        if animal.alive and not animal.career and not animal.pair and animal.wean and not animal.request
    }
    own = [row for row in rows.of[Subject.__table__] if row["id"] in plain]  # type: ignore[index]
    missing = SURPLUS - sum(row["to_be_culled"] for row in own)
    unmarked = [row for row in own if not row["to_be_culled"]]
    unmarked.sort(key=lambda row: (all(plain[row["id"]].genes.values()), row["birth_date"]))
    for row in unmarked[: max(0, missing)]:
        row["to_be_culled"] = True


def _write_actions(
    rows: Rows, calendar: Calendar, home: LabHome, kinds: dict[str, UUID], animals: list[Animal]
) -> None:
    """Over the last month, the experimental animals first; in the oldest one the end was typed wrongly."""
    seen = [animal for animal in animals if animal.alive and animal.birth < -60]
    seen.sort(key=lambda animal: animal.career is None)
    for index, (kind, text) in enumerate(_DONE[: len(seen)]):
        # The last two are of one animal.
        animal = seen[min(index, len(_DONE) - 2) * max(1, len(seen) // 12) % len(seen)]
        day = calendar.workday(-28 + 5 * index)
        start = calendar.at(day, 9 * 60 + 30 + rows.rng.randrange(0, 120, 5))
        lasted = timedelta(minutes=rows.rng.choice((5, 10, 15)))
        action = rows.add(
            OtherAction,
            start + abs(lasted),
            home.vet,
            subject_id=animal.id,
            location_id=home.locations["Holding Room 1"],
            lab_id=home.id,
            narrative=text,
            start_time=start,
            end_time=start - timedelta(hours=1) + lasted if index == 0 else start + lasted,
        )
        rows.link(other_action_user, action, home.vet)
        rows.link(other_action_procedure, action, kinds[kind])


def _forget_severities(rows: Rows, animals: list[Animal]) -> None:
    ours = {animal.id for animal in animals}
    culled = [row for row in rows.of[Cull.__table__] if row["subject_id"] in ours]  # type: ignore[index]
    culled.sort(key=lambda row: row["date"], reverse=True)
    forgotten = {row["subject_id"] for row in culled[10 : 10 + UNNOTED]}
    for row in rows.of[Subject.__table__]:  # type: ignore[index]
        if row["id"] in forgotten:
            row["actual_severity"] = None
