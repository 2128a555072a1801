"""A picture for the notes of a colony: a cranial window as the microscope's camera sees it, made up."""

import math
import struct
import zlib
from random import Random

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 480, 360
_RADIUS = 150.0
_VESSELS = 7


def window_picture(rng: Random) -> bytes:
    """A PNG of 480 by 360 pixels: a round window in the headplate, the cortex in it, its vessels darker."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    away = np.hypot(x - WIDTH / 2, y - HEIGHT / 2)
    light = 1.0 - 0.35 * (away / _RADIUS) ** 2
    dark = np.zeros((HEIGHT, WIDTH))
    for _ in range(_VESSELS):
        _draw_vessel(dark, rng, x, y)
    inside = away < _RADIUS
    picture = np.empty((HEIGHT, WIDTH, 3))
    for channel, (bone, cortex, blood) in enumerate(((92, 214, 118), (94, 128, 22), (98, 112, 24))):
        seen = (cortex * (1 - dark) + blood * dark) * light
        picture[..., channel] = np.where(inside, seen, bone - 0.12 * (away - _RADIUS))
    rim = np.abs(away - _RADIUS) < 4
    picture[rim] = 168
    return _png(np.clip(picture, 0, 255).astype(np.uint8))


def _draw_vessel(
    dark: NDArray[np.float64], rng: Random, x: NDArray[np.float64], y: NDArray[np.float64]
) -> None:
    """A line from the rim inwards that bends and thins out."""
    turn = rng.uniform(0, 2 * math.pi)
    at_x, at_y = WIDTH / 2 + _RADIUS * math.cos(turn), HEIGHT / 2 + _RADIUS * math.sin(turn)
    heading, width = turn + math.pi + rng.uniform(-0.5, 0.5), rng.uniform(3.0, 6.0)
    while width > 1.0:
        left, top = max(0, int(at_x) - 12), max(0, int(at_y) - 12)
        near = np.s_[top : top + 25, left : left + 25]
        gone = np.hypot(x[near] - at_x, y[near] - at_y)
        dark[near] = np.maximum(dark[near], np.clip(width / 2 + 0.8 - gone, 0, 0.85))
        at_x, at_y = at_x + 2 * math.cos(heading), at_y + 2 * math.sin(heading)
        heading += rng.gauss(0, 0.12)
        width -= 0.035


def _png(pixels: NDArray[np.uint8]) -> bytes:
    """W3C's PNG specification: signature, header, one block of compressed rows without a filter, end."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows, 6))
        + chunk(b"IEND", b"")
    )
