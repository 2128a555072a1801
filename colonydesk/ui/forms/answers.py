"""The ways in which what is doubtful can be answered: yes, or one of two that differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from colonydesk.domain.errors import Question


@dataclass(frozen=True, slots=True)
class Way:
    """``word`` is the button's, ``codes`` are confirmed by it."""

    word: str
    codes: frozenset[str]


def ways(questions: Sequence[Question]) -> tuple[Way, ...]:
    """The answers to choose between, none where all that is asked is only whether it is meant."""
    from colonydesk.services.rules.genetics import KEEP_BY_HAND, REPLACE_BY_HAND  # loaded by who has asked

    codes = frozenset(question.code for question in questions)
    if REPLACE_BY_HAND not in codes:
        return ()
    return (
        Way(_tr("Keep what was entered by hand"), codes - {REPLACE_BY_HAND} | {KEEP_BY_HAND}),
        Way(_tr("Replace it"), codes),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Answers", text)
