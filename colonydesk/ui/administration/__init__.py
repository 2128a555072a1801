"""The administration: every kind of record, what is wrong in the books, and who changed what."""

from colonydesk.ui.administration.screen import AdministrationScreen

__all__ = ["AdministrationScreen"]
