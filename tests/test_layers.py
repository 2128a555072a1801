"""Who may import whom, who may touch Qt and SQL, and that nothing is opened by being imported."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "colonydesk"

# What each layer may import of ours beside itself. The modules at the top of the package build the program
# out of the layers (app, cli, selftest ...): they may import all of it.
ALLOWED = {
    "domain": set(),
    "db": {"domain"},
    "queries": {"db", "domain"},
    "services": {"db", "domain"},
    "exchange": {"queries", "services", "db", "domain"},
    "devices": {"domain"},
    "qtkit": {"domain.errors"},
    "ui": {"queries", "services", "exchange", "devices", "domain", "qtkit", "settings", "paths"},
    "paths": set(),
    "settings": {"domain.errors", "paths"},
}
# They try out and time what the layers stand on, and are run by a command of their own only.
MEASURES = {"bench", "selftest"}
QT = {"PySide6", "shiboken6", "pyqtgraph"}
MAY_IMPORT_QT = {"qtkit", "ui", "app", "acts", "screenshots", *MEASURES}
SQL = {"sqlalchemy", "alembic", "psycopg"}
MAY_IMPORT_SQL = {"db", "queries", "services", "exchange", *MEASURES}
OPENS_SOMETHING = {
    *("create_engine", "sessionmaker", "scoped_session", "Session", "connect", "open_database"),
    *("Database", "QApplication", "QGuiApplication"),
}


def imports(tree: ast.AST, module: str) -> Iterator[str]:
    """Every module and name imported anywhere in a file, in functions too, in full (package.module.name)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = module.split(".")[: -node.level]
                base = ".".join([*parent, base] if base else parent)
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif (
            isinstance(node, ast.Call)
            and called(node) in ("import_module", "__import__")
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield str(node.args[0].value)


def called(node: ast.Call) -> str:
    """The last name of what is called: ``create_engine`` of ``sqlalchemy.create_engine(...)``."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def run_on_import(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that are executed when the module is imported: all but the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from run_on_import(child)


def violations(module: str, source: str) -> list[str]:
    """What ``module`` ("colonydesk.domain.weight") does against the rules."""
    tree = ast.parse(source)
    layer = module.split(".")[1] if "." in module else ""
    found = []
    for name in imports(tree, module):
        root, _, inner = name.partition(".")
        if root == "colonydesk":
            target = inner.split(".")[0]
            allowed = ALLOWED.get(layer)
            if target in ("", "__version__", layer) or allowed is None:
                continue
            if not any(inner == one or inner.startswith(f"{one}.") for one in allowed):
                found.append(f"{module} imports {name}")
        elif (root in QT and layer not in MAY_IMPORT_QT) or (root in SQL and layer not in MAY_IMPORT_SQL):
            found.append(f"{module} imports {name}")
        elif layer == "domain" and root not in (*sys.stdlib_module_names, "numpy"):
            found.append(f"{module} imports {name}: the domain is pure")
    found.extend(
        f"{module} calls {called(node)}() when it is imported"
        for node in run_on_import(tree)
        if isinstance(node, ast.Call) and called(node) in OPENS_SOMETHING
    )
    found.extend(f"{module} has a global" for node in ast.walk(tree) if isinstance(node, ast.Global))
    return found


def module_name(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts)


FILES = sorted(PACKAGE.rglob("*.py"))


def test_every_layer_is_known() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders <= ALLOWED.keys() | MEASURES


def test_no_module_breaks_a_rule() -> None:
    broken = [line for file in FILES for line in violations(module_name(file), file.read_text("utf-8"))]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("colonydesk.domain.weight", "from colonydesk.db.tables import Weighing"),
        ("colonydesk.domain.weight", "import ijson"),
        ("colonydesk.domain.weight", "def f():\n    from colonydesk import db"),
        ("colonydesk.domain.weight", "from ..db import engine"),
        ("colonydesk.db.engine", "from colonydesk.services import weights"),
        ("colonydesk.db.watch", "from PySide6.QtCore import QObject"),
        ("colonydesk.queries.curve", "import colonydesk.services.weights"),
        ("colonydesk.services.weights", "from colonydesk.queries.curve import curve"),
        ("colonydesk.services.weights", "import pyqtgraph"),
        ("colonydesk.devices.balance", "from PySide6 import QtSerialPort"),
        ("colonydesk.qtkit.jobs", "from colonydesk.domain.weight import status"),
        ("colonydesk.qtkit.jobs", "from colonydesk.db.engine import Database"),
        ("colonydesk.ui.today", "if True:\n    from colonydesk.db.engine import Database"),
        ("colonydesk.ui.today", "from colonydesk import db"),
        ("colonydesk.ui.today", "import sqlalchemy as sa"),
        ("colonydesk.ui.today", "import importlib\nimportlib.import_module('colonydesk.db.engine')"),
        ("colonydesk.cli", "from sqlalchemy import select"),
        ("colonydesk.cli", "from PySide6.QtWidgets import QApplication"),
        ("colonydesk.settings", "from PySide6.QtCore import QSettings"),
        ("colonydesk.settings", "from colonydesk.ui import today"),
        ("colonydesk.db.engine", "import sqlalchemy\nengine = sqlalchemy.create_engine('sqlite://')"),
        (
            "colonydesk.db.engine",
            "from sqlalchemy.orm import Session\nclass Holder:\n    session = Session()",
        ),
        (
            "colonydesk.app",
            "from colonydesk.db.migrate import open_database\nif 1:\n    db = open_database('')",
        ),
        ("colonydesk.app", "def f():\n    global registry\n    registry = 1"),
    ],
)
def test_each_rule_finds_what_breaks_it(module: str, source: str) -> None:
    assert violations(module, source)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("colonydesk.domain.weight", "import numpy as np\nfrom colonydesk.domain.errors import KnownError"),
        ("colonydesk.domain.weight", "from .errors import KnownError"),
        (
            "colonydesk.db.engine",
            "def connect():\n    from sqlalchemy import create_engine\n    create_engine('')",
        ),
        ("colonydesk.exchange.alyx", "from colonydesk.db.tables import Subject\nimport sqlalchemy"),
        ("colonydesk.qtkit.jobs", "from colonydesk.domain.errors import KnownError\nimport PySide6.QtCore"),
        ("colonydesk.ui.today", "from colonydesk.services.weights import RecordWeighing\nimport pyqtgraph"),
        ("colonydesk.app", "from colonydesk.db.engine import connect\nfrom PySide6.QtCore import QTimer"),
        ("colonydesk.cli", "from colonydesk import __version__\nfrom colonydesk.db import migrate"),
    ],
)
def test_what_is_allowed_passes(module: str, source: str) -> None:
    assert violations(module, source) == []
