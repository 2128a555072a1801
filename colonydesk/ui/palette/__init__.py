"""Ctrl+K: anything at all, found by typing."""

from colonydesk.ui.palette.palette import Act, Palette, Screen

__all__ = ["Act", "Palette", "Screen"]
