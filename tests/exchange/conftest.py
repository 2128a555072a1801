"""The import of a small dump, spoiled as a test wants it; what the tests with mail servers need."""

import logging
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from colonydesk.db.engine import Database
from colonydesk.exchange.alyx import ImportReport, import_alyx
from tests.exchange.mail_servers import certificate
from tests.exchange.small_dump import NOW, Spoil, small_dump, write


@pytest.fixture
def take(db: Database, tmp_path: Path) -> Callable[..., ImportReport]:
    def take(spoil: Spoil | None = None, **options: Any) -> ImportReport:
        records = small_dump()
        if spoil:
            spoil(records)
        report = import_alyx(db, write(tmp_path / "dump.json", records), **{"now": NOW, **options})
        assert report.check.agrees
        return report

    return take


@pytest.fixture(scope="session")
def tls_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the certificate of the mail server is: certificate.pem."""
    return tmp_path_factory.mktemp("certificate")


@pytest.fixture(scope="session")
def tls(tls_folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Contexts of a mail server and of a client that trusts it."""
    return certificate(tls_folder)


@pytest.fixture
def quiet_server(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The test's own mail server complains of what it is made to do."""
    with caplog.at_level(logging.CRITICAL, "mail.log"):
        yield
