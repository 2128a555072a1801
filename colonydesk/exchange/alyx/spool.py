"""Records put aside on the disk, model by model, so that they can be written parents first."""

import marshal
import tempfile
import zlib
from collections.abc import Iterator
from typing import Any, Self

from colonydesk.domain.errors import KnownError

FRAME = 500

# Each time that rows are added a database has work of its own with it: so some thousand of one kind come back
# together, while of all the kinds that a file mixes only so many wait at once.
_TOGETHER = 4

# What stands in a frame: anything that JSON can say.
Item = tuple[Any, ...]


class Spool:
    """A temporary file of compressed frames; of each kind at most ``FRAME`` items wait for it in memory."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="colonydesk-")  # noqa: SIM115 - closed by __exit__
        self._open: dict[str, list[Item]] = {}
        self._frames: dict[str, list[tuple[int, int]]] = {}
        self.counts: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, kind: str, item: Item) -> None:
        """Put one item aside.

        Raises:
            KnownError: when the disk for temporary files is full.
        """
        waiting = self._open.setdefault(kind, [])
        waiting.append(item)
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if len(waiting) >= FRAME:
            self._flush(kind)

    def frames(self, kind: str) -> Iterator[list[Item]]:
        """The items of a kind in their order, some thousand at a time."""
        self._flush(kind)
        places = self._frames.get(kind, [])
        for start in range(0, len(places), _TOGETHER):
            yield [item for place in places[start : start + _TOGETHER] for item in self._unpacked(*place)]

    def _unpacked(self, position: int, size: int) -> list[Item]:
        self._file.seek(position)
        items: list[Item] = marshal.loads(zlib.decompress(self._file.read(size)))
        return items

    def _flush(self, kind: str) -> None:
        waiting = self._open.get(kind)
        if not waiting:
            return
        packed = zlib.compress(marshal.dumps(waiting), 1)
        try:
            position = self._file.seek(0, 2)
            self._file.write(packed)
        except OSError as error:
            raise KnownError(
                f"There is no room for temporary files in {tempfile.gettempdir()}.",
                "Nothing was written. Free some space and try again.",
            ) from error
        self._frames.setdefault(kind, []).append((position, len(packed)))
        waiting.clear()
