"""The weight curve: ``CurveWidget``, drawn by pyqtgraph.

The library takes half a second to import: ``load`` does it beforehand, off the GUI thread.
"""

from colonydesk.ui.curve.widget import CurveWidget

__all__ = ["CurveWidget", "load"]


def load() -> None:
    """Import what a ``CurveWidget`` is built from. For a worker thread: it makes types, but no QObject."""
    import colonydesk.ui.curve.plot  # noqa: F401
