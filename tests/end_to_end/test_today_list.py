"""What today's list holds, and how it follows what others do."""

from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import delete, text

from colonydesk.db.engine import Database
from colonydesk.db.tables import WaterPlan
from tests.builders import add
from tests.end_to_end.hands import Hands


def test_each_filter_says_how_many_it_lists(hands: Hands) -> None:
    counts = {}
    for key, chip in hands.today.top.chips.items():
        chip.click()
        counts[key] = hands.today.list.model.rowCount()
        assert chip.accessibleName() == f"{chip.text()} {counts[key]}"
    shown = {row.nickname for row in hands.today._rows.values() if row.status in ("under", "critical")}
    assert counts["below"] == len(shown) > 0
    assert counts["owed"] + counts["done"] == len(hands.today._rows)


def test_where_nothing_is_planned_any_more_what_is_owed_is_shown(hands: Hands, colony: Database) -> None:
    top, of = hands.today.top, hands.today.list.model.rows[2]
    owed_names = [row.nickname for row in hands.today.list.model.rows]
    add(colony, WaterPlan, subject_id=of.subject_id, date=hands.now().date(), amount=0.5)
    hands.today.reload()
    hands.settle()
    top.chips["planned"].click()
    assert of.nickname in [row.nickname for row in hands.today.list.model.rows]
    with colony.unit(uuid4(), "test", None, hands.now()) as unit:
        unit.connection.execute(delete(WaterPlan))
    hands.today.reload()
    hands.settle()
    assert top.chips["planned"].isHidden()
    assert [key for key, chip in top.chips.items() if chip.isChecked()] == ["owed"]
    assert [row.nickname for row in hands.today.list.model.rows] == owed_names


def test_a_damaged_record_keeps_nobody_from_the_list_and_is_named(hands: Hands, colony: Database) -> None:
    if colony.dialect != "sqlite":
        pytest.skip("a server takes no such value")
    names = {row.nickname for row in hands.today.list.model.rows}
    first, second, third = hands.today.list.model.rows[:3]
    with colony.engine.begin() as connection:
        damage = text("UPDATE subject SET birth_date = 'in spring' WHERE nickname = :name")
        connection.execute(damage, {"name": second.nickname})
    hands.today.reload()
    hands.settle()
    assert {row.nickname for row in hands.today.list.model.rows} == names
    assert hands.today.list.model.rows[-1].nickname == second.nickname
    hands.today.list.view.picked.emit(second.subject_id)
    hands.settle()
    said = f"The record of {second.nickname} is damaged: its birth date is 'in spring'."
    assert hands.program.frame.notice.text() == said
    assert hands.today.list.model.index(len(names) - 1).data(Qt.ItemDataRole.ToolTipRole) == said
    assert hands.animal == first.nickname
    hands.today._next()
    hands.settle()
    assert hands.animal == third.nickname


def test_the_numbers_of_the_list_follow_a_save_elsewhere(hands: Hands, colony: Database) -> None:
    """Another program's weighing shows here, without the field under the hands being touched."""
    import subprocess
    import sys

    from tests.conftest import ROOT

    row = next(row for row in hands.today.list.model.rows if not row.weighed_today)
    hands.type("2")
    url = colony.engine.url.render_as_string(hide_password=False)
    run = subprocess.run(
        [
            *(sys.executable, "-m", "colonydesk", "--database", url, "--user", member_name(hands)),
            *("weigh", row.nickname, f"{row.weight}", "--at", hands.now().isoformat(), "--force"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    hands.until(lambda: hands.today._rows[row.subject_id].weighed_today)
    assert hands.today.animal.weight.text() == "2"


def member_name(hands: Hands) -> str:
    assert hands.program.desk is not None
    assert hands.program.desk.member is not None
    return hands.program.desk.member.username
