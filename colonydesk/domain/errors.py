"""What a person can be told, against what is a bug.

A ``KnownError`` is the environment or the user: shown in words, with what to do next, nothing lost.
Everything else that is raised is a bug and is logged with its context.
"""

from dataclasses import dataclass


class KnownError(Exception):
    """Something a person can act on; ``str(error)`` is one plain sentence, ``hint`` what to do next."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    @property
    def sentence(self) -> str:
        """What it says, with what to do next."""
        return " ".join(part for part in (str(self), self.hint) if part)


class Refused(KnownError):
    """A value or an act that cannot be; ``field`` names the input the sentence belongs to."""

    def __init__(self, message: str, field: str = "", hint: str = "") -> None:
        super().__init__(message, hint)
        self.field = field


class Conflict(KnownError):
    """The row was changed by somebody else since the form was filled."""


@dataclass(frozen=True, slots=True)
class Question:
    """One doubt about a value; ``code`` is stable and is what a confirmation names."""

    code: str
    text: str


class Doubtful(KnownError):
    """A value that may be right but is asked about once; confirming its questions' codes lets it through."""

    def __init__(self, questions: tuple[Question, ...], field: str = "") -> None:
        super().__init__(" ".join(question.text for question in questions))
        self.questions = questions
        self.field = field
