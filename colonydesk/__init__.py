"""ColonyDesk: the desktop program for animal facilities."""

__version__ = "0.1.0"
