"""The data section: where recorded data lies, and which of it is there."""

from colonydesk.ui.data.screen import DataScreen

__all__ = ["DataScreen"]
