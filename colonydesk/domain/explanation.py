"""An explanation of one number: what it was made of, and how."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Input:
    """One number that goes into a formula.

    ``kind`` says what ``source`` (words) and ``index`` (into that group of the facts) are of: "weighing",
    "surgery", "restriction", "water", "curve" (row of the sex's table), "subject", "lab", "moment", or
    "calculated".
    """

    name: str
    label: str
    value: float
    unit: str
    source: str
    kind: str
    index: int | None = None

    @property
    def link(self) -> str | None:
        """The name of this input's own explanation."""
        return self.name if self.kind == "calculated" else None


@dataclass(frozen=True, slots=True)
class Explanation:
    """One number and how it came about. ``result`` is None where it is not known, and ``reason`` says why;
    a ``reason`` beside a result says what it had to do without.

    ``expression`` is arithmetic over the inputs' names with ``max``, ``floor``, ``a if b < c else d`` and,
    for the status, its words in quotes.
    """

    name: str
    label: str
    unit: str
    inputs: tuple[Input, ...]
    expression: str
    result: float | str | None
    reason: str = ""

    @property
    def formula(self) -> str:
        """The formula in words."""
        return _written(self.expression, {each.name: each.label for each in self.inputs})

    @property
    def formula_with_numbers(self) -> str:
        """The formula with the numbers put in."""
        return _written(self.expression, {each.name: number(each.value) for each in self.inputs})


def _written(expression: str, words: dict[str, str]) -> str:
    """An expression with its names replaced, in the signs people write."""
    text = re.sub(r"'[a-z]+'|[a-z]\w*", lambda match: words.get(match[0], match[0]).strip("'"), expression)
    return text.replace(" * ", " × ").replace(" / ", " ÷ ").replace(" - ", " − ")


def number(value: float) -> str:
    """A number as people write it, to four decimals."""
    return f"{value:.4f}".rstrip("0").rstrip(".").replace("-", "−")
