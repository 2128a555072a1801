"""The figures as a table for people, and as json."""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict

from colonydesk.bench.measure import Figure

_HEAD = ("figure", "engine", "median", "95 %", "floor", "times", "statements", "bar", "", "peer")


def as_table(figures: Sequence[Figure]) -> str:
    """One line a figure, and what each floor is."""
    lines = [_HEAD, *(_cells(figure) for figure in figures)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    text = [
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    text.insert(1, "-" * max(map(len, text)))
    floors = dict.fromkeys((figure.name, figure.floor_name) for figure in figures if figure.floor_name)
    text += ["", "Floors, measured in the same run in turn with the figure:"]
    text += [f"  {name}: {floor}" for name, floor in floors]
    return "\n".join([*text, "", *_machine()])


def as_json(figures: Sequence[Figure]) -> str:
    """A list of objects with every field, the ratio and whether the bars are met."""
    return json.dumps(
        [{**asdict(figure), "ratio": figure.ratio, "met": figure.met} for figure in figures], indent=2
    )


def _machine() -> list[str]:
    """What else the machine had to do: on a busy one all figures are too high."""
    cores = os.cpu_count() or 1
    if sys.platform == "win32":
        return [f"{cores} cores"]
    return [f"{cores} cores; load in the last minutes {', '.join(f'{load:.1f}' for load in os.getloadavg())}"]


def _cells(figure: Figure) -> tuple[str, ...]:
    bars = [
        f"{'>=' if figure.better == 'higher' else '<='} {_number(figure.bar)}"
        if figure.bar is not None
        else "",
        f"95 % <= {_number(figure.high_bar)}" if figure.high_bar is not None else "",
        f"<= {figure.ratio_bar:g} times" if figure.ratio_bar is not None else "",
        f"<= {figure.statements_bar} statements" if figure.statements_bar is not None else "",
    ]
    return (
        figure.name,
        figure.engine,
        f"{_number(figure.value)} {figure.unit}",
        _number(figure.high),
        _number(figure.floor),
        _number(figure.ratio),
        "" if figure.statements is None else str(figure.statements),
        ", ".join(filter(None, bars)),
        {None: "", True: "met", False: "MISSED"}[figure.met],
        _number(figure.peer),
    )


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
