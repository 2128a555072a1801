"""The books of the experiments: surgeries, restrictions, weighings, sessions and water, as rows."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from colonydesk.db.tables import (
    Session,
    Surgery,
    VirusInjection,
    WaterAdministration,
    WaterRestriction,
    Weighing,
    session_procedure,
    session_project,
    session_user,
    surgery_procedure,
    surgery_user,
    virus_injection_procedure,
    virus_injection_user,
    water_restriction_user,
)
from colonydesk.services.demonstration import vocabulary as words
from colonydesk.services.demonstration.animals import Animal
from colonydesk.services.demonstration.calendar import Calendar
from colonydesk.services.demonstration.experiments import (
    Day,
    Growth,
    Life,
    Rules,
    Trainee,
    Training,
    supplement,
)
from colonydesk.services.demonstration.people import Facility, LabHome
from colonydesk.services.demonstration.rows import Rows

FIRST_SLOT = 8 * 60 + 30
SLOTS = 8
"""Sessions one after another in a rig, an hour each."""


@dataclass(slots=True, eq=False)
class Subject:
    """An animal on restriction today: what its round needs to know."""

    animal: Animal
    today: Day
    trainee: Trainee
    place: int
    water_type: UUID
    trouble: str | None


class Recorder:
    """Writes what happened to the experimental animals of one lab."""

    def __init__(
        self,
        rows: Rows,
        calendar: Calendar,
        facility: Facility,
        home: LabHome,
        growth: Growth,
        rules: Rules,
        restricted: int,
    ) -> None:
        self.rows = rows
        self.rng: Random = rows.rng
        self.calendar = calendar
        self.facility = facility
        self.home = home
        self.growth = growth
        self.rules = rules
        self.restricted = restricted

    def record(self, animal: Animal, place: int, trouble: str | None) -> Subject | None:
        """The whole career up to yesterday; what today needs where the animal is on restriction."""
        career = animal.career
        assert career is not None
        life = Life(animal, self.growth, self.rules, self.rng, trouble)
        self._surgery(animal)
        for weighed in life.before(self.calendar, -1 if animal.death is None else animal.death - 1):
            minute = 9 * 60 + self.rng.uniform(0, 60)
            self.weigh(animal, self.calendar.at(weighed.day, minute), weighed.weight, animal.responsible)
        if career.start is None:
            return None
        days = life.restricted(0 if career.end is None else career.end)
        water_type = self._restriction(animal, life.reference)
        trainee = Trainee(self.rng, career.start)
        for day in days:
            if day.day < 0:
                self._day(animal, day, trainee, place, water_type, last=day.day == career.end)
        if career.end is None:
            return Subject(animal, days[-1], trainee, place, water_type, trouble)
        for weighed in life.after(self.calendar, -1 if animal.death is None else animal.death - 1):
            minute = 10 * 60 + self.rng.uniform(0, 60)
            self.weigh(animal, self.calendar.at(weighed.day, minute), weighed.weight, animal.responsible)
        return None

    def weigh(self, animal: Animal, at: datetime, weight: float, by: UUID | None) -> None:
        row = {"user_id": by, "subject_id": animal.id, "date_time": at, "weight": weight}
        self.rows.add(Weighing, at, by, **row)

    def water(
        self,
        animal: Animal,
        at: datetime,
        amount: float | None,
        by: UUID | None,
        water_type: UUID,
        session: UUID | None = None,
    ) -> None:
        """``amount`` in mL; None is ad lib."""
        self.rows.add(
            WaterAdministration,
            at,
            by,
            user_id=by,
            subject_id=animal.id,
            date_time=at,
            session_id=session,
            water_administered=amount,
            water_type_id=water_type,
            adlib=amount is None,
        )

    def session(self, animal: Animal, training: Training, place: int) -> UUID:
        by = animal.responsible
        rigs = self.home.rigs
        session = self.rows.add(
            Session,
            training.end,
            by,
            subject_id=animal.id,
            location_id=rigs[place // SLOTS % len(rigs)],
            lab_id=self.home.id,
            narrative=None,
            start_time=training.start,
            end_time=training.end,
            parent_session_id=None,
            type="Experiment",
            number=1,
            task_protocol=words.PROTOCOLS[training.protocol],
            n_trials=training.trials,
            n_correct_trials=training.correct,
            qc=0,
        )
        if by is not None:
            self.rows.link(session_user, session, by)
        self.rows.link(session_procedure, session, self.facility.procedures["Behaviour training"])
        if animal.project is not None:
            self.rows.link(session_project, session, animal.project)
        return session

    def slot(self, place: int) -> int:
        """The minute of the day at which the animal's session begins."""
        return FIRST_SLOT + 60 * (place % SLOTS)

    def _day(
        self, animal: Animal, day: Day, trainee: Trainee, place: int, water_type: UUID, *, last: bool
    ) -> None:
        calendar, rng, career = self.calendar, self.rng, animal.career
        assert career is not None
        on_duty = self.home.carer(rng) if calendar.is_weekend(day.day) else animal.responsible
        carer = self.home.carer(rng)
        trains = trainee.trains_on(day.day, calendar)
        spread = place / max(1, self.restricted) * 240
        minute = self.slot(place) if trains else 9 * 60 + spread
        if career.start == day.day:
            minute = FIRST_SLOT + 30.0
        minute += rng.uniform(-8, 8)
        self.weigh(animal, calendar.at(day.day, minute - 12), day.weight, on_duty)
        if last:
            if not career.humane:
                self.water(
                    animal, calendar.at(day.day, 16 * 60 + 5), None, carer, self.facility.water_types["Water"]
                )
            return
        reward = 0.0
        if trains:
            start = calendar.at(day.day, minute)
            end = calendar.at(day.day, minute + rng.uniform(38, 52))
            training = trainee.session(start, end, day.required)
            reward = training.reward
            session = self.session(animal, training, place)
            self.water(animal, end, reward, on_duty, water_type, session)
        amount = supplement(day.required, reward, rng)
        # Now and then it is forgotten.
        if not amount or (day.day < -2 and rng.random() < 0.012):
            return
        plain = self.facility.water_types["Water"]
        gel = self.facility.water_types["Hydrogel"]
        afternoon = 15 * 60 + 30 + spread / 2 + rng.uniform(0, 6)
        if not trains and amount > 0.4 and rng.random() < 0.85:
            morning = round(amount / 2, 2)
            self.water(animal, calendar.at(day.day, minute - 8), morning, on_duty, plain)
            amount = round(amount - morning, 2)
        kind = gel if calendar.is_weekend(day.day) and rng.random() < 0.25 else plain
        self.water(animal, calendar.at(day.day, afternoon), amount, carer, kind)

    def _restriction(self, animal: Animal, reference: float) -> UUID:
        career = animal.career
        assert career is not None
        assert career.start is not None
        sweet = self.rng.random() < 0.25
        water_type = self.facility.water_types["Water 10% Sucrose" if sweet else "Water"]
        start = self.calendar.at(career.start, FIRST_SLOT + self.rng.uniform(60, 120))
        end = None
        if career.end is not None:
            humane = career.humane
            end = self.calendar.end_of(career.end) if humane else self.calendar.at(career.end, 16 * 60)
        restriction = self.rows.add(
            WaterRestriction,
            start,
            animal.responsible,
            subject_id=animal.id,
            location_id=None,
            lab_id=self.home.id,
            narrative=None,
            start_time=start,
            end_time=end,
            reference_weight=reference,
            water_type_id=water_type,
        )
        if animal.responsible is not None:
            self.rows.link(water_restriction_user, restriction, animal.responsible)
        return water_type

    def _surgery(self, animal: Animal) -> None:
        career, rng = animal.career, self.rng
        assert career is not None
        by = animal.responsible
        minute = rng.uniform(10 * 60, 15 * 60)
        start, end = (
            self.calendar.at(career.surgery, minute + length) for length in (0, rng.uniform(55, 110))
        )
        common = {
            "subject_id": animal.id,
            "location_id": self.home.locations["Surgery Room"],
            "lab_id": self.home.id,
            "start_time": start,
            "end_time": end,
        }
        injected = rng.random() < 0.4
        narrative = (
            "Headplate with dental cement. Buprenorphine before, carprofen for three days. Recovered well."
        )
        surgery = self.rows.add(
            Surgery, end, by, **common, narrative=narrative, outcome_type="r", implant_weight=career.implant
        )
        procedures = ["Headplate implantation", *(["Craniotomy", "Virus injection"] if injected else [])]
        for name in procedures:
            self.rows.link(surgery_procedure, surgery, self.facility.procedures[name])
        if by is not None:
            self.rows.link(surgery_user, surgery, by)
        if not injected:
            return
        injection = self.rows.add(
            VirusInjection,
            end,
            by,
            **common,
            narrative=None,
            virus_batch=rng.choice(words.VIRUSES),
            injection_volume=float(rng.choice((200, 300, 400))),
            rate_of_injection=float(rng.choice((60, 100))),
            injection_type="P",
        )
        self.rows.link(virus_injection_procedure, injection, self.facility.procedures["Virus injection"])
        if by is not None:
            self.rows.link(virus_injection_user, injection, by)
