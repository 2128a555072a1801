"""The books of the animals themselves: subjects, litters, pairs, requests, culls, notes."""

from datetime import datetime
from uuid import UUID

from colonydesk.db.tables import (
    BreedingPair,
    Cull,
    Litter,
    Note,
    Subject,
    SubjectRequest,
    subject_project,
)
from colonydesk.domain.naming import autoname
from colonydesk.services.demonstration import vocabulary as words
from colonydesk.services.demonstration.animals import Animal
from colonydesk.services.demonstration.breeding import Breeding
from colonydesk.services.demonstration.calendar import Calendar
from colonydesk.services.demonstration.genetics import Genetics, genotype
from colonydesk.services.demonstration.people import Facility, LabHome
from colonydesk.services.demonstration.rows import Rows

WEAN_AGES = (21, 21, 22, 22, 23)


def give_names(breeding: Breeding) -> None:
    """Names as the lines give them, in the order of birth; ear marks by which litter mates are told apart."""
    for litter in sorted(breeding.litters, key=lambda litter: litter.birth):
        litter.name, litter.line.litters = autoname(
            "litter", litter.line.spec.nickname, litter.line.litters, _free
        )
    for pair in sorted(breeding.pairs, key=lambda pair: pair.start):
        pair.name, pair.line.pairs = autoname(
            "breeding_pair", pair.line.spec.nickname, pair.line.pairs, _free
        )
    for animal in breeding.animals:
        line = animal.line
        animal.nickname, line.named = autoname("subject", line.spec.nickname, line.named, _free)


def _free(_name: str) -> bool:
    return False


def wean(breeding: Breeding) -> None:
    for litter in breeding.litters:
        day = litter.birth + WEAN_AGES[litter.size % len(WEAN_AGES)]
        weaned = [pup for pup in litter.pups if day < 0 and (pup.death is None or pup.death > day)]
        for pup, mark in zip(weaned, words.EAR_MARKS, strict=False):
            pup.wean, pup.ear_mark = day, mark


def hand_out(breeding: Breeding, rows: Rows, home: LabHome) -> None:
    """Experimental animals belong to researchers, the rest to the stock manager."""
    for animal in breeding.animals:
        animal.responsible = home.stock_manager
    researchers = home.researchers or [home.administrator]
    for litter in breeding.litters:
        index = rows.rng.randrange(len(researchers))
        for pup in litter.pups:
            if pup.career:
                pup.responsible = researchers[index]
                pup.project = home.projects[index % len(home.projects)]


def write_requests(breeding: Breeding, rows: Rows, calendar: Calendar, home: LabHome) -> None:
    """One request a researcher: an older one that is served, a newer one that is still open."""
    for index, researcher in enumerate(home.researchers):
        line = breeding.lines[index % len(breeding.lines)]
        mine = [a for a in breeding.animals if a.responsible == researcher and a.line is line and a.alive]
        for asked, due, more in ((-70, -20, 0), (-12, 24, 4)):
            served = mine if not more else []
            at = calendar.at(calendar.workday(asked), 11 * 60)
            row = {
                "user_id": researcher,
                "line_id": line.id,
                "count": len(served) + more,
                "date_time": at,
                "due_date": calendar.date(due),
                "description": "either sex, 8 to 10 weeks old" if more else None,
            }
            if not row["count"]:
                continue
            request = rows.add(SubjectRequest, at, researcher, **row)
            for animal in served:
                animal.request = request


def write_descent(breeding: Breeding, rows: Rows, calendar: Calendar, home: LabHome) -> None:
    for pair in breeding.pairs:
        at = calendar.at(pair.start, 11 * 60)
        rows.add(
            BreedingPair,
            at,
            home.stock_manager,
            id=pair.id,
            name=pair.name,
            line_id=pair.line.id,
            start_date=calendar.date(pair.start),
            end_date=None if pair.end is None else calendar.date(pair.end),
            father_id=pair.father.id,
            mother1_id=pair.mothers[0].id,
            mother2_id=pair.mothers[1].id if len(pair.mothers) > 1 else None,
        )
    for litter in breeding.litters:
        assert litter.pair is not None
        rows.add(
            Litter,
            calendar.at(litter.birth, 9 * 60),
            home.stock_manager,
            id=litter.id,
            name=litter.name,
            line_id=litter.line.id,
            breeding_pair_id=litter.pair.id,
            birth_date=calendar.date(litter.birth),
            description=None,
        )


def write_animals(
    breeding: Breeding,
    rows: Rows,
    calendar: Calendar,
    facility: Facility,
    home: LabHome,
    known: Genetics,
    cages: dict[Animal, str],
) -> None:
    for animal in breeding.animals:
        tested = genotype(animal, rows, calendar, home, known)
        row = _subject(animal, tested, calendar, facility, home)
        row["cage"] = cages.get(animal)
        surplus = animal.alive and not animal.career and not animal.pair and rows.rng.random() < 0.04
        # Nobody decides about pups that are with their mother still.
        row["to_be_culled"] = surplus and animal.wean is not None
        rows.add(
            Subject, calendar.at(max(animal.birth, animal.stays[0][0]), 12 * 60), animal.responsible, **row
        )
        if animal.project is not None:
            rows.link(subject_project, animal.id, animal.project)
        if animal.death is not None:
            _write_death(animal, rows, calendar, facility, home)


def _subject(
    animal: Animal, tested: int | None, calendar: Calendar, facility: Facility, home: LabHome
) -> dict[str, object]:
    severity = None
    if animal.death is not None:
        severity = 3 if animal.career else 1
    waits = animal.alive and animal.litter is not None and tested is None and animal.wean is not None
    return {
        "id": animal.id,
        "nickname": animal.nickname,
        "species_id": facility.species,
        "litter_id": animal.litter.id if animal.litter else None,
        "sex": animal.sex,
        "strain_id": facility.strain,
        "source_id": facility.own if animal.litter else facility.source,
        "line_id": animal.line.id,
        "birth_date": calendar.date(animal.birth),
        "death_date": None if animal.death is None else calendar.date(animal.death),
        "wean_date": None if animal.wean is None else calendar.date(animal.wean),
        "genotype_date": None if tested is None else calendar.date(tested),
        "responsible_user_id": animal.responsible,
        "lab_id": home.id,
        "request_id": animal.request,
        "ear_mark": animal.ear_mark,
        "protocol_number": "3" if animal.restricted and animal.alive else "2" if animal.career else "1",
        "actual_severity": severity,
        "to_be_genotyped": waits,
        "reduced_date": None,
        "is_human": False,
    }


def _write_death(animal: Animal, rows: Rows, calendar: Calendar, facility: Facility, home: LabHome) -> None:
    assert animal.death is not None
    at = calendar.at(animal.death, 15 * 60)
    if animal.found_dead:
        _note(rows, animal, at, home.stock_manager, "Found dead in the cage; no sign of illness before.")
        return
    reason, method = "Surplus", "CO2"
    if animal.career:
        reason, method = "End of experiment", "Perfusion"
        if animal.career.humane:
            reason, method = "Health", "Cervical dislocation"
    elif animal.pair:
        reason = "Retired breeder"
    elif animal.wean is not None and not all(animal.genes.values()):
        reason = "Wrong genotype"
    by = animal.responsible
    rows.add(
        Cull,
        at,
        by,
        user_id=by,
        subject_id=animal.id,
        date=calendar.date(animal.death),
        description=None,
        cull_reason_id=facility.cull_reasons[reason],
        cull_method_id=facility.cull_methods[method],
    )


def write_notes(
    breeding: Breeding, rows: Rows, calendar: Calendar, home: LabHome, troubled: dict[Animal, str]
) -> None:
    """What was seen on some animals, and what was decided on those that have fallen too far."""
    written = 0
    for animal in breeding.animals:
        if animal.alive and rows.rng.random() < (0.35 if animal.career else 0.02):
            first = max(-60, animal.birth + 25, animal.career.surgery if animal.career else -60)
            if first < -1:
                at = calendar.at(rows.rng.randint(first, -2), rows.rng.uniform(540, 1000))
                texts = words.NOTES + (words.IMPLANT_NOTES if animal.career else ())
                _note(rows, animal, at, home.carer(rows.rng), texts[-1 - written % len(texts)])
                written += 1
    for animal, state in troubled.items():
        if state == "critical":
            text = "Below the absolute minimum: no training, extra water, weigh twice a day. Vet informed."
            _note(rows, animal, calendar.at(-1, 11 * 60), home.vet, text)


def _note(rows: Rows, animal: Animal, at: datetime, by: UUID, text: str) -> None:
    about = {"content_type": "subject", "object_id": animal.id}
    rows.add(Note, at, by, user_id=by, date_time=at, text=text, **about, image=None, image_name=None)
