"""Where the answers of the command line go, and what is said where they cannot go there."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from colonydesk.domain.errors import KnownError

DONE, FAILED = 0, 1
"""What a command ends with."""


def answer(text: str, before: str = "") -> None:
    """Write one answer; ``before`` is said ahead of why it could not be written.

    Raises:
        KnownError, BrokenPipeError: it cannot be written, nobody reads it.
    """
    with answering(before) as out:
        out.write(f"{text}\n")


@contextmanager
def answering(before: str = "") -> Iterator[TextIO]:
    """The standard output, written out at the end; where it is closed all goes nowhere. Raises as above."""
    if sys.stdout is None:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
            yield nowhere
        return
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        give_up_output()
        reason = error.strerror or str(error)
        raise KnownError(f"{before}The answer cannot be written ({reason}).") from error


def give_up_output() -> None:
    """Let what is still to be written go nowhere: Python would complain once more at the exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
