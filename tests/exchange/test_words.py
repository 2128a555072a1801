"""What there is to choose from after an import: the file's words, and the usual ones where it has none."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from colonydesk.cli import main
from colonydesk.db.catalogue import class_of
from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import AuditEntry, ChangeLog, CullReason, Food, Species, Strain
from colonydesk.exchange.alyx import ImportReport, import_alyx
from colonydesk.paths import vocabulary_texts
from colonydesk.services.vocabulary import VOCABULARIES, ensure_vocabulary
from tests.builders import rows
from tests.conftest import ROOT
from tests.exchange.small_dump import NOW, Record, put, record, small_dump, write

CURVE = (ROOT / "resources" / "growth" / "c57bl6.csv").read_text(encoding="utf-8")


@pytest.fixture
def bring(db: Database, tmp_path: Path) -> Callable[..., ImportReport]:
    """Imports records, as the command line and the window do."""

    def bring(records: dict[str, Record], **options: bool) -> ImportReport:
        file = write(tmp_path / f"{uuid4()}.json", records)
        texts = {"curve_text": CURVE, "vocabularies": vocabulary_texts()}
        return import_alyx(db, file, now=NOW, **texts, **options)

    return bring


def names(db: Database, table: str) -> list[str]:
    return sorted(one.get("nickname") or one["name"] for one in rows(db, class_of(table)))


def filled(db: Database) -> set[str]:
    return {table for table in VOCABULARIES if names(db, table)}


def test_what_the_file_leaves_empty_gets_the_usual_words(
    db: Database, bring: Callable[..., ImportReport]
) -> None:
    report = bring({**small_dump(), "odd": record("misc.food", "odd", name="Odd diet")})
    assert filled(db) == set(VOCABULARIES)
    assert names(db, "food") == ["Odd diet"]
    assert names(db, "species") == ["Laboratory mouse"]
    assert "Surplus" in names(db, "cull_reason")
    assert report.words.keys() == set(VOCABULARIES) - {"food", "species"}
    assert report.as_json()["vocabulary"] == report.words
    assert "the usual words are there to choose from: cage type, cull method," in report.as_text()
    assert {"cull_reason", "subject"} <= set(report.changed)
    (change,) = rows(db, ChangeLog)
    assert change["changed"]["cull_reason"] == []
    (entry,) = rows(db, AuditEntry)
    assert entry["after"]["words"]["cull_reason"] == len(names(db, "cull_reason"))


def test_a_file_without_any_species_gets_all_of_them(
    db: Database, bring: Callable[..., ImportReport]
) -> None:
    bring({"ada": small_dump()["ada"]})
    found = names(db, "species")
    assert {"Laboratory mouse", "Laboratory rat"} <= set(found)
    assert len(set(found)) == len(found)


def test_repeated_it_changes_nothing_also_what_was_deleted(
    db: Database, bring: Callable[..., ImportReport]
) -> None:
    bring(small_dump())
    before = [(one["id"], one["name"]) for one in rows(db, Strain)]
    with db.unit(uuid4(), "test", None, NOW) as unit:
        for food in rows(db, Food):
            unit.delete(Food, food["id"])
    again = bring(small_dump())
    assert (again.words, again.has_written, again.changed) == ({}, False, ())
    assert names(db, "food") == []
    assert [(one["id"], one["name"]) for one in rows(db, Strain)] == before


def test_no_name_is_there_twice_when_a_later_file_brings_it(
    db: Database, bring: Callable[..., ImportReport]
) -> None:
    bring(small_dump())
    surplus = record("actions.cullreason", "surplus", name="Surplus", description="their own words")
    report = bring({"surplus": surplus})
    assert report.counts("actions.cullreason").present == 1
    assert names(db, "cull_reason").count("Surplus") == 1


@pytest.mark.parametrize("options", [{"dry_run": True}, {"strict": True}])
def test_what_is_not_kept_leaves_no_words(
    db: Database, bring: Callable[..., ImportReport], options: dict[str, bool]
) -> None:
    records = small_dump()
    put("weighing", weight=-1)(records)
    report = bring(records, **options)
    assert not report.kept
    assert filled(db) == set()
    assert "usual words" not in report.as_text()


def test_the_command_line_and_two_databases_have_the_same_words_under_the_same_ids(
    db: Database, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "dump.json", small_dump())
    found = []
    for url in (database_url, f"sqlite:///{tmp_path / 'second.sqlite'}"):
        assert main(["--database", url, "migrate"]) == 0
        capsys.readouterr()
        assert main(["--database", url, "import-alyx", str(file), "--json"]) == 0
        found.append(json.loads(capsys.readouterr().out)["vocabulary"])
    assert found[0] == found[1]
    assert found[0]["cull_reason"] == len(rows(db, CullReason))
    second = open_database(f"sqlite:///{tmp_path / 'second.sqlite'}")
    ids = [{one["id"] for one in rows(at, CullReason)} for at in (db, second)]
    assert ids[0] == ids[1]
    second.close()


def test_one_that_was_renamed_does_not_come_back(db: Database, bring: Callable[..., ImportReport]) -> None:
    bring(small_dump())
    (one,) = (one for one in rows(db, CullReason) if one["name"] == "Surplus")
    with db.unit(uuid4(), "test", None, NOW) as unit:
        unit.update(CullReason, one["id"], {"name": "Too many"})
        assert ensure_vocabulary(unit, vocabulary_texts())["species"] == 7
    assert "Surplus" not in names(db, "cull_reason")
    assert len(rows(db, Species)) == 8
