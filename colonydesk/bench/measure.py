"""How a figure is taken: many times, in turn with its floor, so that both meet the same machine."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Better = Literal["lower", "higher"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number, beside its floor, its bars and what the peer took for the same.

    ``value`` and ``floor`` are medians in ``unit``; ``high`` is the 95th percentile. A bar is the most
    that the value may be (the least where ``better`` is higher), ``ratio_bar`` the most times its floor.
    """

    name: str
    engine: str
    unit: str
    value: float
    floor: float | None = None
    floor_name: str = ""
    high: float | None = None
    statements: int | None = None
    bar: float | None = None
    high_bar: float | None = None
    ratio_bar: float | None = None
    statements_bar: int | None = None
    peer: float | None = None
    better: Better = "lower"

    @property
    def ratio(self) -> float | None:
        """How many times its floor the value is; for a rate how many times slower."""
        if not self.floor or not self.value:
            return None
        return self.value / self.floor if self.better == "lower" else self.floor / self.value

    @property
    def met(self) -> bool | None:
        """Whether every bar is met; None where there is none."""
        most = [
            (self.high, self.high_bar),
            (self.ratio, self.ratio_bar),
            (self.statements, self.statements_bar),
        ]
        if self.better == "lower":
            most.append((self.value, self.bar))
        checks = [value <= bar for value, bar in most if value is not None and bar is not None]
        if self.better == "higher" and self.bar is not None:
            checks.append(self.value >= self.bar)
        return all(checks) if checks else None


@dataclass(frozen=True, slots=True)
class Times:
    """Durations in ms."""

    all: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.all)

    @property
    def high(self) -> float:
        """The 95th percentile."""
        ordered = sorted(self.all)
        return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]


def in_turn(times: int, *works: Callable[[], object], warm: int = 3) -> tuple[Times, ...]:
    """Run each work so many times, one after another; the first ``warm`` rounds do not count."""
    taken: list[list[float]] = [[] for _ in works]
    for turn in range(times + warm):
        for index, work in enumerate(works):
            begin = time.perf_counter()
            work()
            spent = (time.perf_counter() - begin) * 1000
            if turn >= warm:
                taken[index].append(spent)
    return tuple(Times(tuple(one)) for one in taken)
