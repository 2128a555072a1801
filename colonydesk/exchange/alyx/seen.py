"""Sets of very many ids in little memory: 16 bytes each."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

_MERGE_AT = 20_000


class SeenIds:
    """A growing set of ids, sorted in one array, with the newest ones beside it."""

    def __init__(self) -> None:
        self._sorted: npt.NDArray[np.bytes_] = np.empty(0, dtype="S16")
        self._new: set[str] = set()

    def add_all(self, ids: Iterable[str]) -> None:
        self._new.update(ids)
        if len(self._new) >= _MERGE_AT:
            fresh = np.sort(_packed(self._new))
            self._sorted = np.insert(self._sorted, np.searchsorted(self._sorted, fresh), fresh)
            self._new.clear()

    def among(self, ids: Iterable[str]) -> set[str]:
        """Those of ``ids`` that are in the set."""
        asked = list(ids)
        found = self._new.intersection(asked)
        if asked and self._sorted.size:
            keys = _packed(asked)
            places = np.minimum(np.searchsorted(self._sorted, keys), self._sorted.size - 1)
            hits = np.nonzero(self._sorted[places] == keys)[0]
            found.update(asked[index] for index in hits.tolist())
        return found


def _packed(ids: Iterable[str]) -> npt.NDArray[np.bytes_]:
    return np.frombuffer(bytes.fromhex("".join(ids).replace("-", "")), dtype="S16")
