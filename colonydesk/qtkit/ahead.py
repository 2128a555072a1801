"""Qt's libraries, loaded by another core while Python's modules are being imported by this one."""

import ctypes
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

_NAMES = ("Core", "Gui", "Widgets")


def load_libraries() -> Thread | None:
    """Begin to load them; the import of PySide6 finds them there, and loads what is not.

    The call of the loader is foreign: it does not hold the interpreter. None where this is not done.
    """
    spec = find_spec("PySide6") if sys.platform == "linux" else None
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0], "Qt", "lib")
    loader = ctypes.CDLL(None).dlopen
    loader.argtypes, loader.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p

    def load() -> None:
        for name in _NAMES:
            loader(os.fsencode(folder / f"libQt6{name}.so.6"), os.RTLD_NOW)

    thread = Thread(target=load, name="Qt's libraries", daemon=True)
    thread.start()
    return thread
