"""A kind of record as a searchable list beside the form of one."""

from colonydesk.ui.records.screen import RecordsScreen

__all__ = ["RecordsScreen"]
