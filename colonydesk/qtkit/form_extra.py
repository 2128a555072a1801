"""Extra fields: names and values that have no field of their own, typed as lines of "name: value"."""

from __future__ import annotations

import json
import math
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from colonydesk.domain.errors import Refused
from colonydesk.qtkit.form_editors import LongEditor, Reading
from colonydesk.qtkit.theme import XS


class JsonEditor(LongEditor):
    """Closed, behind one line, until somebody wants it. What lies in each other is written as JSON."""

    patient = True

    def __init__(self) -> None:
        super().__init__(9)
        self.edit.hide()
        self.edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.edit.setPlaceholderText(self.tr("one to a line, such as  microscope: two-photon"))
        self._open = QPushButton()
        self._open.setProperty("kind", "link")
        self._open.clicked.connect(self.set_open)
        layout = self.layout()
        assert layout is not None
        layout.removeWidget(self.edit)
        column = QVBoxLayout()
        column.setSpacing(XS)
        column.addWidget(self._open, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.edit)
        layout.addLayout(column)  # type: ignore[attr-defined]
        self.setFocusProxy(self._open)
        self._name()

    def set_open(self) -> None:
        """Show the text; the keys go into it."""
        self.edit.show()
        self._open.hide()
        self.setFocusProxy(self.edit)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_value(self, value: Any) -> None:
        super().show_value(value)
        self._name()

    def _name(self) -> None:
        count = len(self._value) if isinstance(self._value, dict | list) else 0
        if self._value is None:
            text = self.tr("Add names and values")
        elif count == 1:
            text = self.tr("1 entry: look and edit")
        else:
            text = self.tr("{} entries: look and edit").format(count)
        self._open.setText(text)

    def keys(self) -> QWidget:
        return self._open if self._open.isVisibleTo(self) else self.edit

    def _of_text(self, text: str) -> Reading:
        if not text.strip():
            return None, ""
        try:
            return read_extra(text), ""
        except Refused as error:
            return None, str(error)

    def _as_text(self, value: Any) -> str:
        return extra_text(value)


def extra_text(value: Any) -> str:
    """Names and values as they are typed: a line for each, or JSON where some lie in each other."""
    if isinstance(value, dict) and value and all(_fits_a_line(*item) for item in value.items()):
        return "\n".join(f"{name}: {_value_text(one)}" for name, one in value.items())
    return json.dumps(value, indent=2, ensure_ascii=False)


def read_extra(text: str) -> dict[str, Any]:
    """The names and values that were typed.

    Raises:
        Refused: a line is none, a name stands twice, or it begins as JSON and is not.
    """
    if text.lstrip().startswith(("{", "[")):
        return _read_json(text)
    found: dict[str, Any] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        name = name.strip()
        if not colon or not name:
            raise Refused(f"Line {number}: write it as name: value, such as microscope: two-photon.")
        if name in found:
            raise Refused(f"Line {number}: there is {name} already.")
        found[name] = _read_value(value.strip())
    return found


def _fits_a_line(name: str, value: Any) -> bool:
    plain = bool(name) and name == name.strip() and name.isprintable() and not set(name) & set(":{[")
    return plain and not isinstance(value, dict | list) and str(value).isprintable() and len(str(value)) < 200


def _value_text(value: Any) -> str:
    """A text stands as it is, but for one that would be read back as something else."""
    if isinstance(value, str) and value and _read_value(value) == value and value == value.strip():
        return value
    return json.dumps(value, ensure_ascii=False)


def _read_value(text: str) -> Any:
    """What cannot be kept as a number, or lies in each other too deeply, is a text."""
    try:
        return _loads(text)
    except (ValueError, RecursionError):
        return text or None


def _loads(text: str) -> Any:
    return json.loads(text, parse_constant=_no_constant, parse_float=_real, parse_int=_whole)


def _read_json(text: str) -> dict[str, Any]:
    try:
        found = _loads(text)
    except json.JSONDecodeError as error:
        said = f"Line {error.lineno}, column {error.colno}: this is not JSON ({error.msg})."
        raise Refused(said) from error
    except ValueError as error:
        raise Refused(str(error)) from error
    except RecursionError:
        raise Refused("Too much lies in each other here: it cannot be kept.") from None
    if not isinstance(found, dict):
        raise Refused('It must be an object: {"name": value, …}.')
    return found


def _real(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:24]} is too large a number.")
    return number


def _whole(text: str) -> int:
    if len(text) > 1000:
        raise ValueError(f"{text[:24]}… is too large a number.")
    return int(text)


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} cannot be stored; write null.")
