"""The Reports section: what is due, what was done and what was used, to look at, to print and to write."""

from colonydesk.ui.reports.screen import ReportsScreen

__all__ = ["ReportsScreen"]
