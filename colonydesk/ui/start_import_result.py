"""What came of an import: the counts of each table, what was not right, and where to go next."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from colonydesk.domain.errors import KnownError
from colonydesk.exchange.alyx import ImportReport, Problem
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.jobs import Jobs
from colonydesk.qtkit.parts import label, rule, surface
from colonydesk.qtkit.theme import XL, XS, L, M, S, ThemeSource
from colonydesk.ui.start_parts import column_of, focus_on, link, row_of
