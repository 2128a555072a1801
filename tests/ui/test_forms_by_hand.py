"""A change that contradicts what was entered by hand: kept or replaced as is chosen, never silently."""

from typing import Any
from uuid import UUID

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from colonydesk.db.tables import Allele, GenotypeTest, Line, Sequence, Subject, Zygosity, ZygosityRule
from colonydesk.ui.forms.strip import Strip
from colonydesk.ui.subjects.bulk import BulkPanel
from tests.builders import Scene, rows
from tests.ui.forms import Forms

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
KEEP, REPLACE = "Keep what was entered by hand", "Replace it"


class Genes:
    """S1 of a line is Cre -/- by hand; a present sequence makes an animal of this line +/-."""

    def __init__(self, here: Scene) -> None:
        self.here = here
        self.cre, self.seq = here.add(Allele, nickname="Cre"), here.add(Sequence, name="Cre 5'")
        self.line = here.add(Line, nickname="Ai95")
        self.mouse = here.subject("S1", line_id=self.line)
        when = {"sequence0_id": self.seq, "sequence0_result": 1}
        self.rule = here.add(
            ZygosityRule, line_id=self.line, allele_id=self.cre, position=0, zygosity=1, **when
        )
        self.by_hand(self.mouse)

    def by_hand(self, subject: UUID) -> None:
        self.here.add(Zygosity, subject_id=subject, allele_id=self.cre, zygosity=0, origin="hand")

    def found(self, subject: UUID) -> list[tuple[Any, ...]]:
        known = rows(self.here.db, Zygosity, subject_id=subject)
        return [(one["zygosity"], one["origin"]) for one in known]


@pytest.fixture
def genes(here: Scene) -> Genes:
    return Genes(here)


def press(strip: Strip, word: str) -> None:
    (button,) = (one for one in strip.findChildren(QPushButton) if one.text() == word and not one.isHidden())
    button.click()


@pytest.mark.parametrize(("word", "left"), [(KEEP, (0, "hand")), (REPLACE, (1, "derived"))])
def test_a_test_that_contradicts_it(forms: Forms, genes: Genes, word: str, left: tuple[Any, ...]) -> None:
    form = forms.form("genotype_test", subject_id=genes.mouse, sequence_id=genes.seq, test_result=1)
    form.save()
    assert form.strip.acts() == [KEEP, REPLACE]
    assert "Entered by hand: S1 Cre -/-, by its tests +/-." in form.view.said("test_result")
    form.save()  # Ctrl+S again does not choose
    assert form.strip.acts() == [KEEP, REPLACE]
    assert rows(genes.here.db, GenotypeTest) == []
    press(form.strip, word)
    assert form.strip.text() == "Saved."
    assert len(rows(genes.here.db, GenotypeTest)) == 1
    assert genes.found(genes.mouse) == [left]


@pytest.mark.parametrize(("word", "left"), [(KEEP, (0, "hand")), (REPLACE, (1, "derived"))])
def test_a_deleted_rule_after_which_another_contradicts_it(
    forms: Forms, genes: Genes, word: str, left: tuple[Any, ...]
) -> None:
    genes.here.add(GenotypeTest, subject_id=genes.mouse, sequence_id=genes.seq, test_result=1)
    common = {"line_id": genes.line, "allele_id": genes.cre, "sequence0_id": genes.seq, "sequence0_result": 1}
    first = genes.here.add(ZygosityRule, position=-1, zygosity=0, **common)
    form = forms.form("zygosity_rule", first)
    form.ask_delete()
    press(form.strip, "Delete")
    assert form.strip.acts() == [KEEP, REPLACE, "Do not delete"]
    press(form.strip, word)
    assert form.strip.text().endswith("is deleted.")
    assert [one["id"] for one in rows(genes.here.db, ZygosityRule)] == [genes.rule]
    assert genes.found(genes.mouse) == [left]


@pytest.mark.parametrize(("word", "left"), [(KEEP, (0, "hand")), (REPLACE, (1, "derived"))])
def test_another_line_of_several_animals(
    forms: Forms, genes: Genes, qtbot: QtBot, word: str, left: tuple[Any, ...]
) -> None:
    here = genes.here
    several = [here.subject(f"N{number}") for number in range(2)]
    for one in several:
        genes.by_hand(one)
        here.add(GenotypeTest, subject_id=one, sequence_id=genes.seq, test_result=1)
    panel = BulkPanel(forms.desk)
    qtbot.addWidget(panel)
    panel.show_animals(tuple(several))
    panel.form.put("line_id", forms.labelled("line", genes.line))
    qtbot.waitUntil(panel.apply.isEnabled)
    panel.change()
    assert panel.strip.acts() == [KEEP, REPLACE]
    press(panel.strip, word)
    assert {one["line_id"] for one in rows(here.db, Subject) if one["id"] in several} == {genes.line}
    assert [genes.found(one) for one in several] == [[left], [left]]
