"""Zygosities: from tests by a line's rules, expected from the parents, and the odds of a planned cross.

A zygosity is the stored code: 0 absent -/-, 1 heterozygous +/-, 2 homozygous +/+, 3 present + (one copy or
two); None is not determined. Sequences and alleles are whatever identifies them (ids or names).
"""

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Literal

ABSENT, HETEROZYGOUS, HOMOZYGOUS, PRESENT = range(4)

_NOISE = 1e-9  # of a sum of binomial terms: 1 pup of 1/2 is exactly 50 % certain


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a line's rules for an allele: these results of these tests give this zygosity."""

    zygosity: int
    sequence0: Hashable | None = None
    sequence0_result: int | None = None
    sequence1: Hashable | None = None
    sequence1_result: int | None = None

    def conditions(self) -> tuple[tuple[Hashable, int], ...]:
        """The sequences the rule names, each with its result; none for a rule that leaves a result open."""
        pairs = ((self.sequence0, self.sequence0_result), (self.sequence1, self.sequence1_result))
        named = [(sequence, result) for sequence, result in pairs if sequence is not None]
        asked = tuple((sequence, result) for sequence, result in named if result is not None)
        return asked if len(asked) == len(named) else ()


@dataclass(frozen=True, slots=True)
class Derivation:
    """What rules make of tests: the zygosity and the rule that gave it, else the tests that are missing."""

    zygosity: int | None
    rule: Rule | None
    missing: tuple[Hashable, ...]


def derive_zygosity(rules: Iterable[Rule], tests: Mapping[Hashable, int]) -> Derivation:
    """The zygosity of an allele by rules in their order: the first that matches.

    ``tests`` holds the result (0 absent, 1 present) of each tested sequence. A rule matches when every
    sequence it names was tested and gave its result; one that names none, or leaves a result open, never
    does. Where none matches, ``missing`` names the untested sequences of the rules not yet contradicted.
    """
    missing: dict[Hashable, None] = {}
    for rule in rules:
        conditions = rule.conditions()
        if not conditions or any(tests.get(sequence, result) != result for sequence, result in conditions):
            continue
        untested = [sequence for sequence, _ in conditions if sequence not in tests]
        if not untested:
            return Derivation(rule.zygosity, rule, ())
        missing.update(dict.fromkeys(untested))
    return Derivation(None, None, tuple(missing))


Act = Literal["keep", "write", "delete", "ask"]


def settle(derived: int | None, stored: int | None, by_hand: bool) -> Act:
    """What to do with a stored zygosity after deriving again.

    A derived one follows its tests and goes where they no longer give any. One entered by hand is never
    overwritten silently: where the tests give another, that is asked about.
    """
    if derived == stored or (by_hand and derived is None):
        return "keep"
    if stored is None:
        return "write"
    if by_hand:
        return "ask"
    return "delete" if derived is None else "write"


_FROM_PARENTS: dict[frozenset[int | None], int] = {
    frozenset({HOMOZYGOUS}): HOMOZYGOUS,
    frozenset({HOMOZYGOUS, HETEROZYGOUS}): PRESENT,
    frozenset({HOMOZYGOUS, PRESENT}): PRESENT,
    frozenset({HOMOZYGOUS, ABSENT}): HETEROZYGOUS,
    frozenset({HOMOZYGOUS, None}): HETEROZYGOUS,
    frozenset({ABSENT}): ABSENT,
    frozenset({ABSENT, None}): ABSENT,
    frozenset({None}): ABSENT,
}


def expected_from_parents(mother: int | None, father: int | None) -> int | None:
    """The zygosity a pup can be expected to have, None where it can be more than one; as the reference.

    Only a prediction, never in place of a test: an unknown parent is taken as not carrying the allele.
    """
    return _FROM_PARENTS.get(frozenset({mother, father}))


_COPIES_PASSED_ON = {
    ABSENT: Fraction(0),
    HETEROZYGOUS: Fraction(1, 2),
    HOMOZYGOUS: Fraction(1),
    PRESENT: Fraction(1, 2),
}


def cross(mother: int, father: int) -> dict[int, Fraction]:
    """The Mendelian distribution of a pup's zygosity (0, 1, 2) at one locus; impossible ones are left out.

    A parent known only to carry the allele (+) counts as heterozygous, the fewest copies it can have.
    """
    from_mother, from_father = _COPIES_PASSED_ON[mother], _COPIES_PASSED_ON[father]
    both = from_mother * from_father
    neither = (1 - from_mother) * (1 - from_father)
    odds = {ABSENT: neither, HETEROZYGOUS: 1 - both - neither, HOMOZYGOUS: both}
    return {zygosity: chance for zygosity, chance in odds.items() if chance}


def cross_genotypes(parents: Sequence[tuple[int, int]]) -> dict[tuple[int, ...], Fraction]:
    """The distribution of a pup's zygosities at several unlinked loci, each given as (mother, father)."""
    odds: dict[tuple[int, ...], Fraction] = {}
    for combination in product(*(cross(mother, father).items() for mother, father in parents)):
        odds[tuple(zygosity for zygosity, _ in combination)] = math.prod(
            (chance for _, chance in combination), start=Fraction(1)
        )
    return odds


def chance_of(
    wanted: Mapping[Hashable, int],
    parents: Mapping[Hashable, tuple[int | None, int | None]],
    one_sex: bool = False,
) -> Fraction | None:
    """The chance that a pup has every wanted zygosity (+ is met by one copy or two), and one given sex.

    ``parents`` gives (mother, father) per allele. None where a parent's zygosity at a wanted one is unknown.
    """
    chance = Fraction(1, 2) if one_sex else Fraction(1)
    for allele, zygosity in wanted.items():
        mother, father = parents.get(allele, (None, None))
        if mother is None or father is None:
            return None
        odds = cross(mother, father)
        meets = (HETEROZYGOUS, HOMOZYGOUS) if zygosity == PRESENT else (zygosity,)
        chance *= sum(odds.get(one, Fraction(0)) for one in meets)
    return chance


def pups_needed(count: int, chance: Fraction | float, certainty: float) -> int | None:
    """The smallest number of pups among which at least ``count`` are wanted ones, with this certainty.

    Each pup is a wanted one with ``chance``, independently (binomial). None where the chance is 0.
    """
    if not 0 < certainty < 1:
        raise ValueError("the certainty lies between 0 and 1")
    if count <= 0:
        return 0
    if chance <= 0:
        return None
    if chance >= 1:
        return count
    enough = count
    while _chance_of_at_least(count, enough, float(chance)) < certainty:
        enough *= 2
    too_few = max(count - 1, enough // 2)
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        if _chance_of_at_least(count, middle, float(chance)) < certainty:
            too_few = middle
        else:
            enough = middle
    return enough


def litters_needed(pups: int, mean_litter_size: float) -> int:
    """The litters that hold this many pups when each is of the mean size."""
    if mean_litter_size <= 0:
        raise ValueError("a litter has more than no pups")
    return math.ceil(pups / mean_litter_size)


def _chance_of_at_least(count: int, pups: int, chance: float) -> float:
    """Of a binomial; through logarithms, because the powers of a small chance underflow."""
    fewer = (
        math.lgamma(pups + 1)
        - math.lgamma(hits + 1)
        - math.lgamma(pups - hits + 1)
        + hits * math.log(chance)
        + (pups - hits) * math.log1p(-chance)
        for hits in range(count)
    )
    return 1 - math.fsum(map(math.exp, fewer)) + _NOISE
