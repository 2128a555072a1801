"""Importing an Alyx database from its dumpdata file."""

from colonydesk.exchange.alyx.report import Counts, ImportCancelled, ImportReport, Problem, Progress
from colonydesk.exchange.alyx.run import import_alyx

__all__ = ["Counts", "ImportCancelled", "ImportReport", "Problem", "Progress", "import_alyx"]
