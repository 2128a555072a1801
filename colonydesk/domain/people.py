"""What members can be called, and where they can be written to."""

import re

from colonydesk.domain.errors import Refused
from colonydesk.domain.mail import is_address

_USERNAME = re.compile(r"[\w.@+-]+")


def check_username(username: str) -> None:
    """Raise ``Refused`` (field ``username``) for what is no user name."""
    if not _USERNAME.fullmatch(username):
        raise Refused("A user name has letters, digits and @ . + - _ only, such as j.hale.", "username")


def check_email(email: str) -> None:
    """Raise ``Refused`` (field ``email``) for what is no e-mail address."""
    if not is_address(email):
        raise Refused("This is no e-mail address, such as j.hale@example.org.", "email")
