"""Logging in to a mail server, with a name and a password of any letters."""

import base64
import smtplib

_GOOD = (235, 503)
"""Accepted, or logged in already."""


def log_in(smtp: smtplib.SMTP, username: str, secret: str) -> None:
    """Log in; smtplib by itself knows letters of ASCII alone, servers read UTF-8 (RFC 4616).

    Raises:
        smtplib.SMTPException: the server does not take it, or offers no way that is known.
    """
    if (username + secret).isascii():
        smtp.login(username, secret)
        return
    smtp.ehlo_or_helo_if_needed()
    ways = smtp.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in ways:
        both = _written(f"\0{username}\0{secret}")
        code, words = smtp.docmd("AUTH", f"PLAIN {both}")
    elif "LOGIN" in ways:
        code, words = smtp.docmd("AUTH", f"LOGIN {_written(username)}")
        if code == 334:
            code, words = smtp.docmd(_written(secret))
    else:
        raise smtplib.SMTPNotSupportedError("a password with letters beyond ASCII.")
    if code not in _GOOD:
        raise smtplib.SMTPAuthenticationError(code, words)


def _written(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
