"""A lab's members and what they share: places, projects, vocabularies, species and growth curve."""

from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from colonydesk.db.tables import (
    CageType,
    CullMethod,
    CullReason,
    Enrichment,
    Food,
    GrowthCurve,
    GrowthPoint,
    Lab,
    LabLocation,
    LabMember,
    LabMembership,
    NotificationRule,
    ProcedureType,
    Project,
    Source,
    Species,
    Strain,
    WaterType,
    lab_member_allowed_user,
    project_user,
)
from colonydesk.domain.growth import GrowthCurve as Curve
from colonydesk.services.demonstration import vocabulary as words
from colonydesk.services.demonstration.calendar import Calendar
from colonydesk.services.demonstration.rows import Rows

FOUNDED = -1460
"""The day from which on there was a facility."""


@dataclass(frozen=True, slots=True)
class Facility:
    """What all labs of a database share: ids by name."""

    species: UUID
    strain: UUID
    source: UUID
    own: UUID
    water_types: dict[str, UUID]
    procedures: dict[str, UUID]
    cull_reasons: dict[str, UUID]
    cull_methods: dict[str, UUID]
    cage_types: list[UUID]
    enrichments: list[UUID]
    foods: list[UUID]


@dataclass(slots=True)
class LabHome:
    """One lab with its members, places and projects."""

    id: UUID
    name: str
    administrator: UUID
    stock_manager: UUID
    vet: UUID
    technicians: list[UUID] = field(default_factory=list)
    researchers: list[UUID] = field(default_factory=list)
    locations: dict[str, UUID] = field(default_factory=dict)
    rigs: list[UUID] = field(default_factory=list)
    projects: list[UUID] = field(default_factory=list)

    def carer(self, rng: Random) -> UUID:
        """Who is on duty at a weekend or in the afternoon."""
        return rng.choice((*self.technicians, self.stock_manager))


def furnish(rows: Rows, calendar: Calendar, curve: Curve) -> Facility:
    """The vocabularies, the mouse and its growth curve, from before the first member."""
    at, by = calendar.at(FOUNDED, 540), None

    def entries(table: type, names: tuple[tuple[str, str], ...]) -> dict[str, UUID]:
        return {name: rows.add(table, at, by, name=name, description=text or None) for name, text in names}

    species = rows.add(
        Species,
        at,
        by,
        name="Mus musculus",
        nickname="Laboratory mouse",
        usual_weight_min=5.0,
        usual_weight_max=50.0,
    )
    growth = rows.add(GrowthCurve, at, by, name=curve.name, species_id=species, source=curve.source)
    for sex in ("M", "F"):
        table = curve.table(sex)
        assert table is not None
        for week, mean, sd in zip(table.weeks.tolist(), table.mean.tolist(), table.sd.tolist(), strict=True):
            point = {"growth_curve_id": growth, "sex": sex, "week": int(week), "mean_g": mean, "sd_g": sd}
            rows.add(GrowthPoint, at, by, **point)
    strains = entries(
        Strain, (("C57BL/6J", "inbred"), ("129S1/SvImJ", "inbred"), ("C57BL/6J x 129S1", "mixed"))
    )
    sources = entries(
        Source, (("The Jackson Laboratory", "supplier"), ("Charles River", "supplier"), ("Own breeding", ""))
    )
    return Facility(
        species=species,
        strain=strains["C57BL/6J"],
        source=sources["The Jackson Laboratory"],
        own=sources["Own breeding"],
        water_types={name: rows.add(WaterType, at, by, name=name) for name in words.WATER_TYPES},
        procedures=entries(ProcedureType, words.PROCEDURES),
        cull_reasons=entries(CullReason, words.CULL_REASONS),
        cull_methods=entries(CullMethod, words.CULL_METHODS),
        cage_types=list(entries(CageType, words.CAGE_TYPES).values()),
        enrichments=list(entries(Enrichment, words.ENRICHMENTS).values()),
        foods=list(entries(Food, words.FOODS).values()),
    )


_ROLES = ("administrator", "stock manager", "veterinarian", "technician", "researcher", "researcher")


def make_member(rows: Rows, calendar: Calendar, by: UUID, index: int, role: str, **values: object) -> UUID:
    """Member number ``index`` of the names there are; beyond them a number tells two of a name apart."""
    first, last = words.PEOPLE[index % len(words.PEOPLE)]
    again = index // len(words.PEOPLE)
    username = f"{first[0]}.{last}".lower() + (str(again + 1) if again else "")
    row = {
        "username": username,
        "first_name": first,
        "last_name": last,
        "email": f"{username}@example.org",
        "is_staff": role == "administrator",
        "is_superuser": role == "administrator",
        "is_stock_manager": role == "stock manager",
        "is_active": True,
        "date_joined": calendar.at(FOUNDED, 600),
        **values,
    }
    return rows.add(LabMember, calendar.at(FOUNDED, 600), by, **row)


def make_lab(
    rows: Rows,
    calendar: Calendar,
    facility: Facility,
    number: int,
    *,
    people: int,
    rigs: int,
    rules: dict[str, object],
) -> LabHome:
    """Lab ``number`` with this many members; the first to be made is its administrator."""
    at = calendar.at(FOUNDED, 600)
    administrator = rows.new_id()
    name, institution = words.LABS[number]
    lab = rows.add(
        Lab,
        at,
        administrator,
        name=name,
        institution=institution,
        cage_type_id=facility.cage_types[0],
        enrichment_id=facility.enrichments[0],
        food_id=facility.foods[0],
        cage_cleaning_frequency_days=14,
        light_cycle=0,
        usual_source_id=facility.source,
        usual_species_id=facility.species,
        **rules,
    )
    home = LabHome(lab, name, administrator, administrator, administrator)
    _people(rows, calendar, home, number, people)
    for place in (*words.LOCATIONS, *(f"Rig {index + 1}" for index in range(rigs))):
        place_name = place if number == 0 else f"{place} ({name.split()[0]})"
        place_id = rows.add(LabLocation, at, administrator, name=place_name, description=None, lab_id=lab)
        home.locations[place] = place_id
        if place.startswith("Rig"):
            home.rigs.append(place_id)
    _projects(rows, calendar, home, number)
    _notification_rules(rows, calendar, home)
    return home


def _people(rows: Rows, calendar: Calendar, home: LabHome, number: int, people: int) -> None:
    for index in range(people):
        role = _ROLES[index] if index < len(_ROLES) else "technician" if index % 3 == 0 else "researcher"
        identity = {"id": home.administrator} if role == "administrator" else {}
        # The last one has left.
        left = index == people - 1
        values = {**identity, "is_active": not left, "last_login": None if left else calendar.at(-1, 1000)}
        member = make_member(rows, calendar, home.administrator, number * people + index, role, **values)
        membership = {
            "user_id": member,
            "lab_id": home.id,
            "role": role,
            "start_date": calendar.date(FOUNDED),
            "end_date": calendar.date(-40) if left else None,
        }
        rows.add(LabMembership, calendar.at(FOUNDED, 610), home.administrator, **membership)
        if left:
            continue
        if role == "stock manager":
            home.stock_manager = member
        elif role == "veterinarian":
            home.vet = member
        elif role == "technician":
            home.technicians.append(member)
        elif role == "researcher":
            home.researchers.append(member)
    for researcher in home.researchers:
        for technician in home.technicians:
            rows.link(lab_member_allowed_user, researcher, technician)


def _projects(rows: Rows, calendar: Calendar, home: LabHome, number: int) -> None:
    for index, (name, text) in enumerate(words.PROJECTS):
        full_name = name if number == 0 else f"{name} ({home.name})"
        at = calendar.at(FOUNDED, 620)
        project = rows.add(Project, at, home.administrator, name=full_name, description=text)
        home.projects.append(project)
        for member in home.researchers[index :: len(words.PROJECTS)] or home.researchers[:1]:
            rows.link(project_user, project, member)


def _notification_rules(rows: Rows, calendar: Calendar, home: LabHome) -> None:
    scopes = [
        (home.vet, "mouse_underweight", "lab"),
        (home.stock_manager, "wean_due", "lab"),
        (home.stock_manager, "genotyping_due", "lab"),
        *((technician, "mouse_water", "lab") for technician in home.technicians),
        *((technician, "mouse_not_weighed", "lab") for technician in home.technicians),
        *((researcher, "mouse_training", "mine") for researcher in home.researchers),
    ]
    for member, kind, scope in scopes:
        rule = {"user_id": member, "notification_type": kind, "subjects_scope": scope}
        rows.add(NotificationRule, calendar.at(FOUNDED, 630), home.administrator, **rule)
