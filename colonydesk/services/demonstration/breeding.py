"""Who is born when and of whom: litters for the wanted animals, pairs for the litters, fates for the rest."""

from random import Random

from colonydesk.services.demonstration.animals import Animal, Cage, Career, ColonyLine, ColonyLitter, Pair
from colonydesk.services.demonstration.rows import Rows
from colonydesk.services.demonstration.vocabulary import LINES

LITTER_MEAN = 6.4
SMALLEST, LARGEST = 3, 10
LITTER_GAP = 22
"""Days from one litter of a pair to the next, at least: 19 to 21 of gestation."""
PAIR_REST = 75
"""A pair without a litter for longer is no longer used."""
PAIR_LITTERS = 8
PAIR_CURRENT = 60
"""A pair with a litter in the last so many days is still together."""
RECENT = 56
"""Litters of the last so many days are all there still."""


class Breeding:
    """The animals of one lab. ``make`` gives exactly ``living`` living and ``dead`` dead ones."""

    def __init__(self, rows: Rows, lines: list[ColonyLine]) -> None:
        self.rows = rows
        self.rng = rows.rng
        self.lines = lines
        self.pairs: list[Pair] = []
        self.litters: list[ColonyLitter] = []
        self.animals: list[Animal] = []
        self._births: dict[ColonyLine, list[int]] = {line: [] for line in lines}

    def make(self, careers: list[Career], living: int, dead: int) -> None:
        self._plan_litters(careers, living, dead)
        for line in self.lines:
            self._pair_up([litter for litter in self.litters if litter.line is line])
        self._fit(living + dead)
        self.animals.sort(key=lambda animal: animal.birth)
        self._decide_fates(living)

    def _plan_litters(self, careers: list[Career], living: int, dead: int) -> None:
        waiting = sorted(careers, key=lambda career: career.birth)
        while waiting:
            count = min(len(waiting), self.rng.choice((1, 2, 2, 3, 3)))
            group, waiting = waiting[:count], waiting[count:]
            self._plan_litter(group[0].birth, group)
        # The other living animals are the young and their parents; some are grown up.
        others = living - sum(not career.ends_dead for career in careers)
        young = round(0.8 * others / (LITTER_MEAN + 1.2))
        for index in range(young):
            self._plan_litter(-3 - round((RECENT - 3) * (index + self.rng.random()) / young), [])
        planned = sum(litter.size for litter in self.litters)
        missing = living + dead - planned - self._bought(living + dead)
        rate = max(young * LITTER_MEAN / RECENT, (living + dead) / 500)
        first = min((litter.birth for litter in self.litters), default=-RECENT)
        oldest = min(first, -RECENT - 60 - round(max(0, missing) / rate))
        while missing > LITTER_MEAN / 2:
            missing -= self._plan_litter(self.rng.randint(oldest, -RECENT - 1), []).size

    def _bought(self, total: int) -> int:
        """About how many animals are bought: the first parents of each line, and few later ones."""
        return round(3.5 * len(self.lines) + 0.1 * total / LITTER_MEAN)

    def _plan_litter(self, birth: int, careers: list[Career]) -> ColonyLitter:
        size = max(litter_size(self.rng), len(careers) + 2)
        litter = ColonyLitter(self.rows.new_id(), self._line_for(birth), birth, careers, size)
        self._births[litter.line].append(birth)
        self.litters.append(litter)
        return litter

    def _line_for(self, birth: int) -> ColonyLine:
        """One that has few litters yet, rather with one shortly before or after: a pair can have both."""
        near = [
            line
            for line in self.lines
            if any(LITTER_GAP <= abs(birth - other) <= 2 * LITTER_GAP for other in self._births[line])
        ]
        lines = near if near and self.rng.random() < 0.75 else self.lines
        return min(lines, key=lambda line: len(self._births[line]) / line.spec.share)

    def _pair_up(self, litters: list[ColonyLitter]) -> None:
        """Give each litter to a pair that can have it, else to a new pair of grown pups or bought animals."""
        active: list[Pair] = []
        grown: list[Animal] = []
        for litter in sorted(litters, key=lambda litter: litter.birth):
            active = [pair for pair in active if _may_follow(pair, litter.birth)]
            ready = [pair for pair in active if litter.birth - pair.litters[-1].birth >= LITTER_GAP]
            if ready:
                pair = max(ready, key=lambda pair: pair.litters[-1].birth)
            else:
                pair = self._new_pair(litter, grown)
                active.append(pair)
            litter.pair = pair
            pair.litters.append(litter)
            for _ in range(litter.size):
                self._bear(litter)
            self._choose(litter)
            grown.extend(pup for pup in litter.pups if pup.career is None)

    def _choose(self, litter: ColonyLitter) -> None:
        """Litter mates of one sex, so that they can live together, and those that carry what is wanted."""
        sex = self.rng.choice("MF")
        chosen = sorted(litter.pups, key=lambda pup: (pup.sex != sex, -sum(map(bool, pup.genes.values()))))
        for pup, career in zip(chosen, litter.careers, strict=False):
            pup.career = career

    def _new_pair(self, litter: ColonyLitter, grown: list[Animal]) -> Pair:
        start = litter.birth - self.rng.randint(21, 32)
        grown[:] = [pup for pup in grown if pup.birth > start - 150]
        father = self._parent("M", start, litter.line, grown, None)
        mothers = [
            self._parent("F", start, litter.line, grown, father.litter)
            for _ in range(2 if self.rng.random() < 0.3 else 1)
        ]
        cage = Cage(self.rows.new_id(), start, breeding=True)
        pair = Pair(self.rows.new_id(), litter.line, start, father, mothers, cage)
        for parent in pair.parents:
            parent.pair = pair
            parent.stays.append((start, cage))
        self.pairs.append(pair)
        return pair

    def _parent(
        self, sex: str, start: int, line: ColonyLine, grown: list[Animal], not_of: ColonyLitter | None
    ) -> Animal:
        """A grown carrier of the line that is no sibling, else one that is bought."""
        for index, pup in enumerate(grown):
            fits = pup.sex == sex and pup.birth <= start - 56 and pup.litter is not not_of
            if fits and any(pup.genes.values()):
                return grown.pop(index)
        copies = {allele: 1 if allele.wildtype else 2 for allele in line.spec.alleles}
        bought = Animal(
            self.rows.new_id(), line, sex, start - self.rng.randint(49, 70), copies, self.rng.gauss(0, 0.6)
        )
        self.animals.append(bought)
        return bought

    def _bear(self, litter: ColonyLitter) -> None:
        pair = litter.pair
        assert pair is not None
        mother = self.rng.choice(pair.mothers)
        genes = {
            allele: _passed_on(self.rng, mother.genes[allele])
            + _passed_on(self.rng, pair.father.genes[allele])
            for allele in litter.line.spec.alleles
        }
        pup = Animal(
            self.rows.new_id(),
            litter.line,
            "M" if self.rng.random() < 0.5 else "F",
            litter.birth,
            genes,
            max(-1.8, min(1.8, self.rng.gauss(0, 0.8))),
            litter,
        )
        litter.pups.append(pup)
        self.animals.append(pup)

    def _fit(self, total: int) -> None:
        """Bought parents were not counted on: add or take away pups until the number is right."""
        spare = [litter for litter in self.litters if litter.birth < -RECENT] or self.litters
        while len(self.animals) < total:
            self._bear(min(spare, key=lambda litter: len(litter.pups)))
        while len(self.animals) > total:
            litter = max(
                spare, key=lambda litter: len(litter.pups) if any(map(_is_spare, litter.pups)) else 0
            )
            pup = next(pup for pup in reversed(litter.pups) if _is_spare(pup))
            litter.pups.remove(pup)
            self.animals.remove(pup)

    def _decide_fates(self, living: int) -> None:
        """Who lives: those in experiments, present parents, the young; the rest has died at a fitting age."""
        needed = [animal for animal in self.animals if animal.career and not animal.career.ends_dead]
        for pair in sorted(self.pairs, key=lambda pair: -pair.litters[-1].birth):
            last = pair.litters[-1].birth
            if last >= -PAIR_CURRENT and len(needed) + len(pair.parents) <= living:
                needed += pair.parents
            else:
                pair.end = min(-1, last + self.rng.randint(23, 35))
        chosen = set(map(id, needed))
        others = [animal for animal in self.animals if id(animal) not in chosen and not animal.career]
        luck = {(litter, sex): self.rng.uniform(0.6, 1.6) for litter in self.litters for sex in "MF"}
        others.sort(key=lambda animal: _rank(animal, luck))
        chosen.update(id(animal) for animal in others[: living - len(needed)])
        for animal in self.animals:
            if id(animal) not in chosen:
                self._die(animal)

    def _die(self, animal: Animal) -> None:
        if animal.career is not None:
            end = animal.career.end
            assert end is not None
            animal.death = end if animal.career.humane else min(-1, end + self.rng.randint(1, 6))
        elif animal.pair is not None:
            assert animal.pair.end is not None
            animal.death = animal.pair.end
        elif self.rng.random() < 0.03:
            animal.found_dead = True
            animal.death = min(-1, animal.birth + self.rng.randint(2, 20))
        else:
            age = self.rng.randint(26, 45) if self.rng.random() < 0.65 else self.rng.randint(60, 240)
            day = animal.birth + age
            animal.death = day if day < 0 else self.rng.randint(min(animal.birth + 24, -1), -1)


def _rank(animal: Animal, luck: dict[tuple[ColonyLitter, str], float]) -> float:
    """The lowest live: the young, of the grown some cages full; retired parents last."""
    if animal.pair is not None or animal.litter is None:
        return 10_000.0
    age = -animal.birth
    return age * (luck[animal.litter, animal.sex] if age > 35 else 0.5)


def litter_size(rng: Random) -> int:
    """Of a real size: 3 to 10, mostly 5 to 8."""
    return max(SMALLEST, min(LARGEST, round(rng.gauss(LITTER_MEAN, 1.7))))


def _passed_on(rng: Random, copies: int) -> int:
    return copies // 2 if copies != 1 else int(rng.random() < 0.5)


def _may_follow(pair: Pair, birth: int) -> bool:
    return len(pair.litters) < PAIR_LITTERS and birth - pair.litters[-1].birth <= PAIR_REST


def _is_spare(pup: Animal) -> bool:
    return pup.career is None and pup.pair is None


def make_lines(rows: Rows, count: int, first: int) -> list[ColonyLine]:
    """``count`` lines from the ``first`` of the names on; earlier animals of a line are in older books."""
    lines = []
    for spec in LINES[first : first + count]:
        named = rows.rng.randint(90, 420)
        lines.append(ColonyLine(rows.new_id(), spec, named, named // 40, named // 7))
    return lines
