"""The table of the training week: a row per animal, a cell per day, and what it comes to."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from colonydesk.domain.days import zone
from colonydesk.qtkit.icons import paint_state
from colonydesk.qtkit.parts import calm_table
from colonydesk.qtkit.theme import CAPTION, LABEL, TEXT, S, ThemeSource, font
from colonydesk.queries.training import ENOUGH, Trained, TrainingDay, TrainingRow, TrainingWeek
from colonydesk.ui import words

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()

ANIMAL, FIRST_DAY, TOTAL = 0, 1, 8
ANIMAL_WIDTH, TOTAL_WIDTH = 128, 160


class WeekModel(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self.week: TrainingWeek | None = None

    @property
    def rows(self) -> tuple[TrainingRow, ...]:
        return self.week.rows if self.week is not None else ()

    def set_week(self, week: TrainingWeek) -> None:
        self.beginResetModel()
        self.week = week
        self.endResetModel()

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else TOTAL + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if section == ANIMAL:
            return self.tr("Animal")
        if section == TOTAL:
            return self.tr("Trained")
        return words.weekday_text(self.week.days[section - FIRST_DAY]) if self.week is not None else ""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, index.column())
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.spoken(row, index.column())
        return None

    def _text(self, row: TrainingRow, column: int) -> str:
        if column == ANIMAL:
            return row.nickname
        if column == TOTAL:
            return self.total_text(row)
        return self.day_text(row.days[column - FIRST_DAY])

    def total_text(self, row: TrainingRow) -> str:
        """How many days, and what that means, in words."""
        days = words.counted(row.trained, self.tr("1 day"), self.tr("%n days"))
        if row.state == "ok":
            return days
        if row.state in ("open", "near"):
            return self.tr("{} so far").format(days)
        return self.tr("{}, fewer than {}").format(days, ENOUGH)

    def day_text(self, day: TrainingDay) -> str:
        """The protocol of the last session of the day, and how many there were."""
        if not day.sessions:
            return ""
        name = next((one.task_protocol for one in reversed(day.sessions) if one.task_protocol), None)
        return name or self.tr("session")

    def trials_text(self, day: TrainingDay) -> str:
        """The trials of the day's sessions together; with how many were right, where that was noted."""
        counted = [one.n_trials for one in day.sessions if one.n_trials is not None]
        more = f"{len(day.sessions)} × " if len(day.sessions) > 1 else ""
        if not counted:
            return self.tr("{}no trials noted").format(more)
        return self.tr("{}{} trials").format(more, sum(counted))

    def spoken(self, row: TrainingRow, column: int) -> str:
        """All that there is to say of a cell."""
        if column == TOTAL:
            return self.total_text(row)
        if column == ANIMAL:
            parts = [row.nickname, self.tr("cage {}").format(row.cage) if row.cage else "", row.responsible]
            return ", ".join(part for part in parts if part)
        day = row.days[column - FIRST_DAY]
        name = words.weekday_text(day.day)
        if day.sessions:
            return "\n".join(f"{name} {self._session_text(one, row.timezone)}" for one in day.sessions)
        if day.future:
            return self.tr("{}: still to come").format(name)
        what = self.tr("no session") if day.restricted else self.tr("no session, not on restriction")
        return f"{name}: {what}"

    def _session_text(self, session: Trained, timezone: str) -> str:
        parts = [words.clock_text(session.start, zone(timezone).info), session.task_protocol or ""]
        if session.n_trials is not None:
            right = (
                self.tr(", {} correct").format(session.n_correct_trials)
                if session.n_correct_trials is not None
                else ""
            )
            parts.append(self.tr("{} trials{}").format(session.n_trials, right))
        return " ".join(part for part in parts if part)


class WeekView(QTableView):
    """``session_wanted`` carries a session's id, ``animal_wanted`` a subject's.

    ``empty_wanted`` comes with Enter on a day without a session: (subject's id, day).
    """

    session_wanted = Signal(object)
    animal_wanted = Signal(object)
    empty_wanted = Signal(object, object)

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self._source = source
        self.weeks = WeekModel()
        self.setModel(self.weeks)
        self.setItemDelegate(_CellDelegate(source, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        calm_table(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setAccessibleName(self.tr("Training week"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(60)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column, width in ((ANIMAL, ANIMAL_WIDTH), (TOTAL, TOTAL_WIDTH)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(column, width)
        self._fit_rows()
        source.changed.connect(self._fit_rows)
        self.doubleClicked.connect(self._take)

    def set_week(self, week: TrainingWeek) -> None:
        """Show a week; the marker stays on its animal and day."""
        index = self.currentIndex()
        here = index.data(Qt.ItemDataRole.UserRole) if index.isValid() else None
        self.weeks.set_week(week)
        if here is not None:
            self.show_current(here.subject_id, index.column())

    def show_current(self, subject_id: UUID, column: int = ANIMAL) -> None:
        for place, row in enumerate(self.weeks.rows):
            if row.subject_id == subject_id:
                self.setCurrentIndex(self.weeks.index(place, column))

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._source.theme.row + 8)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._take(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _take(self, index: QModelIndex) -> None:
        row: TrainingRow = index.data(Qt.ItemDataRole.UserRole)
        if index.column() in (ANIMAL, TOTAL):
            self.animal_wanted.emit(row.subject_id)
            return
        day = row.days[index.column() - FIRST_DAY]
        if day.sessions:
            self.session_wanted.emit(day.sessions[-1].id)
        elif not day.future:
            self.empty_wanted.emit(row.subject_id, day.day)


class _CellDelegate(QStyledItemDelegate):
    def __init__(self, source: ThemeSource, view: WeekView) -> None:
        super().__init__(view)
        self._source = source
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._source.theme
        row: TrainingRow = index.data(Qt.ItemDataRole.UserRole)
        box: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.column() == ANIMAL:
            self._paint_animal(painter, box, row)
        elif index.column() == TOTAL:
            self._paint_total(painter, box, row)
        else:
            self._paint_day(painter, box, row.days[index.column() - FIRST_DAY])
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), QColor(theme.grid))
        if option.state & QStyle.StateFlag.State_Selected:
            edge = theme.accent if self._view.hasFocus() else theme.faint
            painter.setPen(QPen(QColor(edge), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(2, 2, -3, -4), 4, 4)
        painter.restore()

    def _paint_animal(self, painter: QPainter, box: QRect, row: TrainingRow) -> None:
        where = box.adjusted(S, 5, -S, -6)
        self._line(painter, where, row.nickname, TEXT, 600, self._source.theme.text, top=True)
        detail = ", ".join(part for part in (row.cage or "", row.responsible) if part)
        self._line(painter, where, detail, CAPTION, 400, self._source.theme.secondary, top=False)

    def _paint_total(self, painter: QPainter, box: QRect, row: TrainingRow) -> None:
        theme = self._source.theme
        colour = theme.state(row.state)
        where = box.adjusted(S, 0, -S, -1)
        paint_state(painter, QPointF(where.left() + 7, box.center().y() + 0.5), row.state, colour)
        used = font(LABEL, 600 if row.state == "under" else 400)
        painter.setFont(used)
        painter.setPen(QColor(colour))
        text = painter.fontMetrics().elidedText(
            self._view.weeks.total_text(row), Qt.TextElideMode.ElideRight, where.width() - 20
        )
        painter.drawText(where.adjusted(20, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_day(self, painter: QPainter, box: QRect, day: TrainingDay) -> None:
        """The ground says whether it was on restriction; a dot, protocol and trials the training."""
        theme = self._source.theme
        if not day.restricted:
            painter.fillRect(box, QColor(theme.ground))
        where = box.adjusted(22, 5, -4, -6)
        if day.sessions:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent2))
            painter.drawEllipse(QPointF(box.left() + 12, where.top() + 9), 4, 4)
            model = self._view.weeks
            self._line(painter, where, model.day_text(day), LABEL, 400, theme.text, top=True)
            self._line(painter, where, model.trials_text(day), CAPTION, 400, theme.secondary, top=False)
        elif not day.future and day.restricted:
            painter.setPen(QPen(QColor(theme.faint), 1.5))
            middle = box.center().y() + 0.5
            painter.drawLine(QPointF(box.left() + 8, middle), QPointF(box.left() + 16, middle))

    @staticmethod
    def _line(
        painter: QPainter, where: QRect, text: str, size: int, weight: int, colour: str, *, top: bool
    ) -> None:
        painter.setFont(font(size, weight))
        painter.setPen(QColor(colour))
        # Protocols begin alike (discrimination, discrimination_biased): their ends tell them apart.
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, max(0, where.width()))
        side = Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignBottom
        painter.drawText(where, side | Qt.AlignmentFlag.AlignLeft, shown)
