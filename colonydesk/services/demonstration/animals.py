"""What is known of each animal, litter, pair and line while a colony is made up; days count from today."""

from dataclasses import dataclass, field
from uuid import UUID

from colonydesk.services.demonstration.vocabulary import AlleleSpec, LineSpec


@dataclass(slots=True, eq=False)
class Career:
    """An experiment: surgery, then water restriction from ``start`` to ``end`` (None: still on)."""

    birth: int
    surgery: int
    start: int | None
    end: int | None
    implant: float
    """Weight of the headplate and cement in g."""
    ends_dead: bool = False
    humane: bool = False
    """Put to sleep while on restriction, because it had fallen too far."""


@dataclass(slots=True, eq=False)
class ColonyLine:
    id: UUID
    spec: LineSpec
    named: int
    pairs: int
    litters: int
    """The numbers last used in names."""


@dataclass(slots=True, eq=False)
class Cage:
    """A cage from its first inhabitant on; animals move in and out on days."""

    id: UUID
    opened: int
    breeding: bool = False
    name: str = ""


@dataclass(slots=True, eq=False)
class Animal:
    id: UUID
    line: ColonyLine
    sex: str
    birth: int
    genes: dict[AlleleSpec, int]
    """Copies of each allele: what the tests find, whatever the books say."""
    z: float
    """How far the animal's grown weight lies from the mean of its age, in standard deviations."""
    litter: "ColonyLitter | None" = None
    pair: "Pair | None" = None
    career: Career | None = None
    nickname: str = ""
    ear_mark: str | None = None
    wean: int | None = None
    death: int | None = None
    found_dead: bool = False
    responsible: UUID | None = None
    project: UUID | None = None
    request: UUID | None = None
    stays: list[tuple[int, Cage]] = field(default_factory=list)

    @property
    def alive(self) -> bool:
        return self.death is None

    @property
    def restricted(self) -> bool:
        career = self.career
        return career is not None and career.start is not None and career.end is None


@dataclass(slots=True, eq=False)
class Pair:
    id: UUID
    line: ColonyLine
    start: int
    father: Animal
    mothers: list[Animal]
    cage: Cage
    name: str = ""
    litters: "list[ColonyLitter]" = field(default_factory=list)
    end: int | None = None

    @property
    def parents(self) -> list[Animal]:
        return [self.father, *self.mothers]


@dataclass(slots=True, eq=False)
class ColonyLitter:
    id: UUID
    line: ColonyLine
    birth: int
    careers: list[Career]
    size: int
    name: str = ""
    pair: Pair | None = None
    pups: list[Animal] = field(default_factory=list)
