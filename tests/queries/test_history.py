"""Facts and daily histories from the database: whose records, in which order, which curve, how many
statements."""

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from colonydesk.db.engine import Database
from colonydesk.db.facts import animals
from colonydesk.db.tables import Line, Species, Strain
from colonydesk.domain.days import micros, micros_of, moment_of
from colonydesk.domain.facts import NEVER, Facts, LabRules
from colonydesk.domain.history import HISTORY_COLUMNS, history
from colonydesk.queries.history import histories
from tests.domain.animals import c57bl6, from_vector, vectors
from tests.queries.colony import NOW, Colony, counted, mixed, on


def facts_of(db: Database, subject: UUID) -> Facts:
    with db.read() as connection:
        (found,) = animals(connection, [subject])
    return found.facts


def test_the_facts_of_one_animal(db: Database) -> None:
    colony = Colony(db)
    lab = colony.lab(absolute_min_pct=0.7, water_ml_per_g=0.03, water_ml_per_g_underweight=0.06)
    subject = colony.subject("one", lab, sex="F", death_date=date(2025, 3, 29))
    other = colony.subject("other", lab)
    void = {"voided_at": NOW, "void_reason": "wrong"}
    colony.weighing(subject, on(2, 9.25), 23.5)
    colony.weighing(subject, on(5), 24.5)
    colony.weighing(subject, on(4), 99.0, **void)
    colony.weighing(other, on(4), 21.0)
    colony.water(subject, on(3), None, adlib=True)
    colony.water(subject, on(4), 0.75)
    colony.water(subject, on(1), 9.0, **void)
    colony.surgery(subject, on(8), 1.5)
    colony.surgery(subject, on(9), 0.0)
    colony.surgery(subject, None, 2.0)
    colony.restriction(subject, on(2), None, reference_weight=None)
    colony.restriction(subject, on(6), on(5), reference_weight=25.5)
    colony.restriction(subject, None)
    colony.write()
    facts = facts_of(db, subject)
    assert facts.lab == LabRules(0.4, 0.4, 0.7, 0.03, 0.06, "linear", "Europe/London")
    assert (facts.sex, facts.birth_date, facts.death_date) == ("F", date(2024, 11, 20), date(2025, 3, 29))
    assert facts.weighing_times.tolist() == micros_of([on(5), on(2, 9.25)]).tolist()
    assert facts.weights.tolist() == [24.5, 23.5]
    assert facts.water_times.tolist() == micros_of([on(4), on(3)]).tolist()
    assert facts.water_amounts.tolist() == pytest.approx([0.75, np.nan], nan_ok=True)
    assert facts.water_adlib.tolist() == [False, True]
    assert facts.water_in_session.tolist() == [False, False]
    assert facts.surgery_times.tolist() == [micros(on(8))]
    assert facts.implant_weights.tolist() == [1.5]
    assert facts.restriction_starts.tolist() == micros_of([on(6), on(2)]).tolist()
    assert facts.restriction_ends.tolist() == [micros(on(5)), NEVER]
    assert facts.reference_weights.tolist() == pytest.approx([25.5, np.nan], nan_ok=True)


def test_records_of_one_moment_by_when_they_were_made_then_by_id(db: Database) -> None:
    colony = Colony(db)
    subject = colony.subject("one", colony.lab())
    hour = timedelta(hours=1)
    for number, made, value in ((1, NOW, 23.0), (9, NOW - hour, 22.0), (3, NOW - hour, 21.0)):
        colony.weighing(subject, on(2), value, id=UUID(int=number), created_at=made)
        colony.water(subject, on(2), value / 100, id=UUID(int=number), created_at=made)
        colony.surgery(subject, on(2), value / 10, id=UUID(int=number), created_at=made)
        colony.restriction(subject, on(2), reference_weight=value, id=UUID(int=number), created_at=made)
    colony.write()
    facts = facts_of(db, subject)
    assert facts.weights.tolist() == facts.reference_weights.tolist() == [21.0, 22.0, 23.0]
    assert facts.water_amounts.tolist() == [0.21, 0.22, 0.23]
    assert facts.implant_weights.tolist() == [2.1, 2.2, 2.3]


class TestCurves:
    """The line's own curve, else its strain's, else its species'; never another's."""

    @pytest.fixture
    def colony(self, db: Database) -> Colony:
        return Colony(db)

    def factor(self, colony: Colony, subject: UUID) -> float | None:
        """Which of the test's curves an animal has."""
        colony.write()
        curve = facts_of(colony.db, subject).curve
        reference = c57bl6().male
        if curve is None or curve.male is None or reference is None:
            return None
        return round(float(curve.male.mean[0] / reference.mean[0]), 6)

    def test_the_line_s_own_comes_first(self, colony: Colony) -> None:
        mouse, strain = colony.add(Species, nickname="mouse"), colony.add(Strain, name="big")
        colony.curve(1.0, species_id=mouse)
        colony.curve(1.1, strain_id=strain)
        own = colony.curve(1.3)
        line = colony.add(Line, nickname="own", strain_id=strain, species_id=mouse, growth_curve_id=own)
        assert self.factor(colony, colony.subject("one", colony.lab(), line_id=line)) == 1.3

    def test_then_the_strain_s_of_the_animal_or_its_line(self, colony: Colony) -> None:
        mouse, strain = colony.add(Species, nickname="mouse"), colony.add(Strain, name="big")
        colony.curve(1.0, species_id=mouse)
        colony.curve(1.1, strain_id=strain, species_id=mouse)
        line, lab = colony.add(Line, nickname="strain", strain_id=strain, species_id=mouse), colony.lab()
        assert self.factor(colony, colony.subject("line", lab, line_id=line)) == 1.1
        assert self.factor(colony, colony.subject("animal", lab, strain_id=strain, species_id=mouse)) == 1.1

    def test_then_the_species_s_but_not_that_of_one_of_its_strains(self, colony: Colony) -> None:
        mouse, strain = colony.add(Species, nickname="mouse"), colony.add(Strain, name="big")
        colony.curve(1.0, species_id=mouse)
        colony.curve(1.1, strain_id=strain, species_id=mouse, edition=5)
        assert self.factor(colony, colony.subject("one", colony.lab(), species_id=mouse)) == 1.0

    def test_a_rat_has_no_mouse_s_curve(self, colony: Colony) -> None:
        mouse, rat = (colony.add(Species, nickname=name) for name in ("mouse", "rat"))
        colony.curve(1.0, species_id=mouse)
        lab = colony.lab(usual_species_id=mouse)
        assert self.factor(colony, colony.subject("rat", lab, species_id=rat)) is None

    def test_an_animal_of_no_species_is_of_its_lab_s_usual_one(self, colony: Colony) -> None:
        mouse = colony.add(Species, nickname="mouse")
        colony.curve(1.0, species_id=mouse)
        assert self.factor(colony, colony.subject("one", colony.lab(usual_species_id=mouse))) == 1.0
        assert self.factor(colony, colony.subject("other", colony.lab("none"))) is None

    def test_the_latest_edition_that_is_not_withdrawn(self, colony: Colony) -> None:
        mouse = colony.add(Species, nickname="mouse")
        for edition, is_active in ((3, True), (1, True), (4, False)):
            colony.curve(1 + edition / 10, species_id=mouse, edition=edition, is_active=is_active)
        assert self.factor(colony, colony.subject("one", colony.lab(), species_id=mouse)) == 1.3


def test_the_reference_system_s_animals_through_the_database(db: Database, shared_data: Path) -> None:
    """Put in and read back, an animal's history is what its facts alone give."""
    colony, curve = Colony(db), c57bl6()
    mouse = colony.add(Species, nickname="mouse")
    colony.curve(1.0, species_id=mouse)
    wanted = {}
    for subject in vectors(shared_data)[::5]:
        facts = from_vector(subject, curve)
        lab = colony.lab(
            subject["id"],
            reference_weight_pct=facts.lab.reference_weight_pct,
            zscore_weight_pct=facts.lab.zscore_weight_pct,
            timezone="UTC",
            growth_mode="step",
            usual_species_id=mouse,
        )
        made = colony.subject(subject["id"], lab, sex=facts.sex, birth_date=facts.birth_date)
        _put_in(colony, made, facts)
        wanted[made] = history(facts, None, date(2024, 12, 31), NOW)
    colony.write()
    with db.read() as connection:
        found = histories(connection, list(wanted), NOW, None, date(2024, 12, 31))
    assert [one.nickname for one in found] == sorted(one.nickname for one in found)
    for one in found:
        assert one.lab == one.nickname
        expected = wanted[one.id]
        assert one.days.dates() == expected.dates()
        for name in HISTORY_COLUMNS:
            # Reward is what was given in a session, and there are no sessions here.
            if name not in ("given_water_reward", "given_water_supplement"):
                mine, theirs = getattr(one.days, name), getattr(expected, name)
                assert mine == pytest.approx(theirs, abs=1e-9, nan_ok=True), name


def _put_in(colony: Colony, subject: UUID, facts: Facts) -> None:
    for at, weight in zip(facts.weighing_times, facts.weights, strict=True):
        colony.weighing(subject, moment_of(at), float(weight))
    for at, weight in zip(facts.surgery_times, facts.implant_weights, strict=True):
        colony.surgery(subject, moment_of(at), float(weight))
    for at, amount in zip(facts.water_times, facts.water_amounts, strict=True):
        colony.water(subject, moment_of(at), None if np.isnan(amount) else float(amount))
    for start, end, weight in zip(
        facts.restriction_starts, facts.restriction_ends, facts.reference_weights, strict=True
    ):
        until = None if end == NEVER else moment_of(end)
        colony.restriction(subject, moment_of(start), until, reference_weight=float(weight))


def test_of_one_of_some_and_of_all(db: Database) -> None:
    mixed(db, 40)
    with db.read() as connection:
        every = histories(connection, None, NOW)
        assert len(every) > 30
        some = [every[8].id, every[3].id]
        assert [one.id for one in histories(connection, some, NOW)] == [every[3].id, every[8].id]
        for one in every[:10]:
            (alone,) = histories(connection, [one.id], NOW)
            assert (alone.nickname, alone.lab) == (one.nickname, one.lab)
            for name in HISTORY_COLUMNS:
                assert np.array_equal(getattr(alone.days, name), getattr(one.days, name), equal_nan=True)
        assert histories(connection, [], NOW) == ()


def test_human_subjects_have_none(db: Database) -> None:
    colony = Colony(db)
    person = colony.subject("person", colony.lab(), is_human=True)
    colony.write()
    with db.read() as connection:
        assert histories(connection, None, NOW) == histories(connection, [person], NOW) == ()


def test_only_the_days_asked_for(db: Database) -> None:
    colony = Colony(db)
    subject = colony.subject("one", colony.lab())
    colony.weighing(subject, on(20), 24.0)
    colony.write()
    with db.read() as connection:
        (found,) = histories(connection, [subject], NOW, date(2025, 3, 15), date(2025, 3, 17))
    assert found.days.dates() == [date(2025, 3, 15), date(2025, 3, 16), date(2025, 3, 17)]


def test_a_constant_number_of_statements(db: Database) -> None:
    with counted(db) as sent, db.read() as connection:
        histories(connection, None, NOW)
    assert len(sent) == 6
    mixed(db, 60)
    with counted(db) as sent, db.read() as connection:
        every = histories(connection, None, NOW)
    assert len(sent) == 6
    with counted(db) as sent, db.read() as connection:
        histories(connection, [every[0].id], NOW)
    assert len(sent) == 6
