"""Every restricted animal with every number of the husbandry rules, at one moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Label,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from colonydesk.db.tables import (
    Lab,
    Line,
    Subject,
    Surgery,
    WaterAdministration,
    WaterPlan,
    WaterRestriction,
    Weighing,
)
from colonydesk.db.tables.base import UtcDateTime
