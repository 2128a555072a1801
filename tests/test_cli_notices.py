"""``colonydesk check`` and ``colonydesk report``: what they say of the real colony, and of nonsense."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.test_cli import answered, refused, run

AT = "2026-03-10T15:00:00Z"
ZONE = ZoneInfo("Africa/Djibouti")
"""Of the lab in the dump."""


@pytest.fixture
def imported(database_url: str, shared_data: Path) -> str:
    answered("import-alyx", str(shared_data / "alyx_dump_anon.json.gz"), url=database_url)
    return database_url


def test_what_is_due_is_created_once(imported: str) -> None:
    first = json.loads(answered("check", "--at", AT, "--json", url=imported))
    assert set(first) == {"created", "sent", "failed"}
    assert set(first["created"][0]) == {"type", "title", "status", "subject", "recipients"}
    assert first["sent"] == 0
    again = json.loads(answered("check", "--at", AT, "--json", url=imported))
    assert again["created"] == []
    assert answered("check", "--at", AT, url=imported).startswith("Nothing new is due.")


def test_what_cannot_be_sent_is_told_by_the_exit_status(imported: str) -> None:
    done = run("check", "--at", AT, "--send", "--json", url=imported)
    assert done.returncode == 1
    assert done.stderr == "Not everything was sent by e-mail: No mail server is set up.\n"
    assert json.loads(done.stdout)["created"]


def test_reports_as_text_json_csv_and_pdf(imported: str, tmp_path: Path) -> None:
    text = answered("report", "to-do", "--at", AT, url=imported)
    assert text.startswith("To do, Tue 10 Mar 2026: ")
    rows = list(csv.reader(io.StringIO(answered("report", "to-do", "--format", "csv", url=imported))))
    assert len(rows) > 1
    json.loads(answered("report", "animals-used", "--format", "json", url=imported))
    file = tmp_path / "used.pdf"
    answered("report", "animals-used", "--from", "2020-01-01", "--out", str(file), url=imported)
    assert file.read_bytes().startswith(b"%PDF")


def test_the_changes_of_a_day_are_reported(imported: str) -> None:
    name = json.loads(answered("subjects", "--json", url=imported))[0]["nickname"]
    answered("weigh", name, "21.4", "--user", "11", "--force", url=imported)
    today = datetime.now(ZONE).date().isoformat()
    rows = json.loads(answered("report", "changes", "--from", today, "--format", "json", url=imported))
    assert any(name in json.dumps(row) for row in rows["rows"])


def test_nonsense_is_refused_in_words(database_url: str) -> None:
    assert "there are:" in refused("report", "nonsense", url=database_url)
    assert "--out FILE" in refused("report", "to-do", "--format", "pdf", url=database_url)
    assert "no lab called" in refused("report", "to-do", "--lab", "nowhere", url=database_url)


def test_what_a_report_does_not_take_is_refused_and_not_passed_over(imported: str) -> None:
    weeks = ("--from", "2026-01-01", "--to", "2026-03-01")
    assert "the seven days before a day" in refused("report", "training", *weeks, url=imported)
    assert "the seven days before a day" in refused("report", "training", *weeks[:2], url=imported)
    lab = json.loads(answered("subjects", "--json", url=imported))[0]["lab"]
    assert "leave the lab out" in refused("report", "changes", "--lab", lab, url=imported)
    answered("report", "training", *weeks[2:], "--lab", lab, url=imported)
