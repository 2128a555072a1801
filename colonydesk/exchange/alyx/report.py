"""What an import says of itself: counts per table, what could not be taken and why, and the check."""

from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from colonydesk.domain.errors import KnownError

# The wrong file or the wrong time zone makes every record a problem: nobody reads on after so many.
LISTED = 100_000


class ImportCancelled(KnownError):
    """The person stopped the import; everything was taken back."""

    def __init__(self) -> None:
        super().__init__("The import was stopped.", "Nothing was written.")


@dataclass(slots=True)
class Counts:
    """Records of one Alyx model: ``read`` = ``written`` + ``present`` (left alone) + ``skipped`` (bad)."""

    read: int = 0
    written: int = 0
    present: int = 0
    skipped: int = 0


class Problem(NamedTuple):
    """One record and what is the matter with it, in words."""

    model: str
    pk: str
    reason: str


@dataclass(frozen=True, slots=True)
class Progress:
    """``stage`` is reading or writing, ``records`` those done in it, ``share`` of the whole work 0..1."""

    stage: str
    records: int
    share: float


@dataclass(slots=True)
class Check:
    """What the database held of the file when all was in.

    ``tables`` gives for each table how many rows were written to it and how many of them it had;
    ``differing`` names the tables whose rows, read back, were not those of the file. The daily numbers of so
    many ``animals`` on so many ``days`` were computed from the file's records and from the database's;
    ``unlike`` names the animals of which they are not the same.
    """

    tables: dict[str, tuple[int, int]] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)
    animals: int = 0
    days: int = 0
    unlike: list[str] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        return not self.wrong_tables() and not self.unlike

    def wrong_tables(self) -> list[str]:
        """The tables that do not hold what they were given."""
        miscounted = {name for name, (meant, found) in self.tables.items() if meant != found}
        return sorted(miscounted | set(self.differing))


@dataclass(slots=True)
class ImportReport:
    """The result of one import.

    ``problems`` are records that were left out or lost a reference, ``remarks`` are records that are already
    there with other content or get an image, and images for which no folder was given; both kinds are listed,
    only the first makes a strict import write nothing. ``unlisted`` counts those beyond the first 100,000 of
    each kind, ``images`` those that notes got which were here already, ``words`` the usual ones that were
    added, by table, where the file has none. ``kept`` is False after a dry run, and
    where ``refused`` says why nothing was written. ``changed`` names the tables whose rows are others now.
    """

    tables: dict[str, Counts] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    unlisted: int = 0
    images: int = 0
    words: dict[str, int] = field(default_factory=dict)
    check: Check = field(default_factory=Check)
    kept: bool = False
    refused: str = ""
    changed: tuple[str, ...] = ()

    def counts(self, model: str) -> Counts:
        found = self.tables.get(model)
        if found is None:
            found = self.tables[model] = Counts()
        return found

    def problem(self, model: str, pk: object, reason: str) -> None:
        """A record was left out, or a part of it could not be placed."""
        self._list(self.problems, model, pk, reason)

    def remark(self, model: str, pk: object, reason: str) -> None:
        """Something to know that is no fault of the record."""
        self._list(self.remarks, model, pk, reason)

    def _list(self, into: list[Problem], model: str, pk: object, reason: str) -> None:
        if len(into) < LISTED:
            into.append(Problem(model, "" if pk is None else str(pk), reason))
        else:
            self.unlisted += 1

    def total(self) -> Counts:
        """The sum over all tables."""
        total = Counts()
        for counts in self.tables.values():
            total.read += counts.read
            total.written += counts.written
            total.present += counts.present
            total.skipped += counts.skipped
        return total

    @property
    def has_written(self) -> bool:
        """Whether the database is another one than before."""
        return self.kept and (self.images > 0 or self.total().written > 0)

    def as_json(self) -> dict[str, Any]:
        """The report as ``import-alyx --json`` prints it."""
        problems = [problem._asdict() for problem in (*self.problems, *self.remarks)]
        if self.unlisted:
            problems.append({"model": "", "pk": "", "reason": self._rest()})
        words = {"vocabulary": self.words} if self.words else {}
        return {
            "tables": {model: asdict(counts) for model, counts in self.tables.items()},
            "problems": problems,
            "recomputed": {
                "animals": self.check.animals,
                "days": self.check.days,
                "differing": self.check.unlike,
            },
            **words,
        }

    def as_text(self) -> str:
        """The report for a person to read; where nothing was written, ``refused`` says why."""
        rows = [["", "read", "written", "present", "skipped"]]
        for model, counts in (*self.tables.items(), ("all", self.total())):
            numbers = (counts.read, counts.written, counts.present, counts.skipped)
            rows.append([model, *(f"{number:,}" for number in numbers)])
        wide = [max(len(row[column]) for row in rows) for column in range(5)]
        lines = [
            "  ".join((row[0].ljust(wide[0]), *(row[i].rjust(wide[i]) for i in range(1, 5)))) for row in rows
        ]
        for problem in (*self.problems, *self.remarks):
            lines.append(f"{problem.model} {problem.pk}: {problem.reason}")
        if self.unlisted:
            lines.append(self._rest())
        if not self.refused:
            lines.append(self.conclusion())
        return "\n".join(lines)

    def conclusion(self) -> str:
        """One sentence: what came of an import that was not refused."""
        if not self.kept:
            return "This was a trial: nothing was written."
        if not self.has_written:
            return f"Nothing was written: {self._why_nothing()}."
        return " ".join(
            (
                "What was written was read back and counted: it agrees with the file.",
                *self._recomputed(),
                *self._of_words(),
            )
        )

    def _why_nothing(self) -> str:
        total = self.total()
        if not total.read:
            return "the file holds no records"
        if not total.skipped:
            return "all of it is here already"
        return "all of it is here already, or was left out" if total.present else "all of it was left out"

    def _recomputed(self) -> list[str]:
        animals, days = self.check.animals, self.check.days
        if not animals:
            return []
        of = "1 animal" if animals == 1 else f"{animals:,} animals"
        on = "1 day" if days == 1 else f"{days:,} days"
        return [f"The weights and water of {of} on {on}, computed from it and from the file, are the same."]

    def _of_words(self) -> list[str]:
        if not self.words:
            return []
        listed = ", ".join(table.replace("_", " ") for table in sorted(self.words))
        return [f"Where the file has none, the usual words are there to choose from: {listed}."]

    def _rest(self) -> str:
        return f"{self.unlisted:,} more are not listed"
