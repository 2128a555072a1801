"""The weight curve: ``CurveWidget``, drawn by pyqtgraph, which ``ui.plotting`` brings in beforehand."""

from colonydesk.ui.curve.widget import CurveWidget

__all__ = ["CurveWidget"]
