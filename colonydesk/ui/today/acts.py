"""What else can be done with the animal in hand, as a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMenu, QWidget

from colonydesk.queries.card import Card

if TYPE_CHECKING:
    from colonydesk.ui.today.hand import Hand


def acts_menu(hand: Hand, parent: QWidget, card: Card) -> QMenu:
    """The acts for the animal of ``card``; the menu goes with its closing."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if card.restriction_id is not None:
        menu.addAction(_tr("End the water restriction…"), hand.open_restriction)
    elif card.death_date is None:
        menu.addAction(_tr("Start a water restriction…"), hand.open_restriction)
    if card.cage:
        cage, lab = card.cage, card.lab
        text = _tr("Weigh the whole cage {}").format(cage)
        menu.addAction(text, lambda: hand.choose_cage(cage, lab))
    menu.addAction(_tr("Why these numbers?"), hand.toggle_why)
    return menu


def _tr(text: str) -> str:
    return QCoreApplication.translate("Today", text)
