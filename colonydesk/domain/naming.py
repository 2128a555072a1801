"""Names of animals, litters and breeding pairs: what is allowed, and the next automatic one of a line."""

import re
from collections.abc import Callable
from typing import Literal

from colonydesk.domain.errors import Refused

Kind = Literal["subject", "litter", "breeding_pair"]

_PATTERNS: dict[Kind, str] = {
    "subject": "{line}_{index:04d}",
    "litter": "{line}_L_{index:03d}",
    "breeding_pair": "{line}_BP_{index:03d}",
}
_NICKNAME = re.compile(r"[\w.-]+")
_ALLOWED = "letters, digits and _ . - only"


def wants_autoname(name: str) -> bool:
    """Whether a name leaves the choice to its line: empty or ``-``."""
    return name.strip() in ("", "-")


def check_nickname(nickname: str) -> str:
    """An animal's nickname without surrounding blanks; raises ``Refused`` (field ``nickname``) if it is none.

    Letters and digits of any alphabet, ``_``, ``.`` and ``-``, as the reference.
    """
    name = nickname.strip()
    if wants_autoname(name):
        raise Refused("Type a nickname, or choose a line that gives one.", "nickname")
    if not _NICKNAME.fullmatch(name):
        raise Refused(f'"{" ".join(name.split())}" is no nickname: {_ALLOWED}.', "nickname")
    return name


def check_typed_nickname(nickname: str) -> None:
    """As ``check_nickname`` for what is being typed: a line that gives the name may still be chosen."""
    if not wants_autoname(nickname):
        check_nickname(nickname)


def autoname(kind: Kind, line: str, index: int, is_taken: Callable[[str], bool]) -> tuple[str, int]:
    """The next free automatic name of a line, and the line's new index.

    ``index`` is the line's last used number of this kind. Taken names are skipped for every kind (the
    reference does so for animals only). Numbers over the width simply grow. Raises ``Refused`` (field
    ``line``) where the line's nickname cannot begin an animal's.
    """
    if kind == "subject" and not _NICKNAME.fullmatch(line):
        raise Refused(f'The line "{line}" cannot name animals: nicknames have {_ALLOWED}.', "line")
    while True:
        index += 1
        name = _PATTERNS[kind].format(line=line, index=index)
        if not is_taken(name):
            return name, index
