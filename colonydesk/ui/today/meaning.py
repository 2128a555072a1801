"""What a weight means, in words, before and after it is saved."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from colonydesk.domain.facts import LabRules
from colonydesk.domain.moment import State
from colonydesk.qtkit.fields import Sentence
from colonydesk.ui import words


def say_meaning(sentence: Sentence, state: State | None, lab: LabRules, typed: bool) -> None:
    """Say at the weight field what the animal's weight means; ``typed``: it is not saved yet.

    ``state`` is None where a later weighing of its day is the one that counts.
    """
    if state is None:
        sentence.say(
            "unknown", text=_tr("A later weighing of that day counts."), detail=_tr("Not saved yet.")
        )
    elif state.weight is None:
        sentence.clear()
    elif state.percentage_weight is None or state.expected_weight is None:
        sentence.say("unknown", text=_tr("No percentage."), detail=state.reason)
    else:
        headline = f"{words.percent(state.percentage_weight)} %"
        of = _tr("of {} g expected").format(words.gram_figure(state.expected_weight))
        sentence.say(state.status, headline, f"{of}, {_limit(state, lab)}", _detail(state, typed))


def _limit(state: State, lab: LabRules) -> str:
    """Which of the lab's limits the weight is to be seen against."""
    threshold = words.percent(lab.threshold * 100).removesuffix(".0")
    minimum = words.percent(lab.absolute_min_pct * 100).removesuffix(".0")
    return {
        "critical": _tr("below {} %, the least allowed").format(minimum),
        "under": _tr("below {} %").format(threshold),
        "near": _tr("close to {} %").format(threshold),
    }.get(state.status, _tr("above {} %").format(threshold))


def _detail(state: State, typed: bool) -> str:
    if state.status in ("under", "critical") and state.min_weight is not None and state.weight is not None:
        missing = _tr("{} g short of {} g.").format(
            words.least(state.min_weight - state.weight), words.least(state.min_weight)
        )
        return missing if not typed else _tr("{} Not saved yet.").format(missing)
    return _tr("Not saved yet.") if typed else ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Today", text)
