"""User names and e-mail addresses."""

import pytest

from colonydesk.domain.errors import Refused
from colonydesk.domain.mail import MailServer, checked
from colonydesk.domain.people import check_email, check_username


@pytest.mark.parametrize("name", ["j.hale", "a@b", "x+1_-"])
def test_user_names(name: str) -> None:
    check_username(name)


@pytest.mark.parametrize("name", ["", "j hale", "j/hale", "j,hale"])
def test_what_is_no_user_name(name: str) -> None:
    with pytest.raises(Refused, match="user name has") as error:
        check_username(name)
    assert error.value.field == "username"


@pytest.mark.parametrize("email", ["j.hale@example.org", "a@b.c.d", "o'neil+1@x-ray.b2", "jörg@bücher.de"])
def test_addresses(email: str) -> None:
    check_email(email)
    checked(MailServer("smtp.example.org", 25, "none", email))


@pytest.mark.parametrize(
    "email",
    [
        *("j.hale", "j.hale@", "@example.org", "a@b", "a b@c.d", "a@b@c.d", "a@b.c,d@e", "a@b.c\n"),
        *("ann@[.org", "bad@[1.2", "a@-b.org", "a@b-.org", "a@b..org", "a@b_c.org"),
        *('"a"@b.org', "a(b@c.org", "a:b@c.org", "a\\@b.org", "a\0@b.org"),
    ],
)
def test_what_is_no_address(email: str) -> None:
    with pytest.raises(Refused) as error:
        check_email(email)
    assert error.value.field == "email"
    with pytest.raises(Refused) as error:
        checked(MailServer("smtp.example.org", 25, "none", email))
    assert error.value.field == "sender"
