"""Small images, made as the tests need them."""

import struct
import zlib


def png(width: int = 40, height: int = 30) -> bytes:
    """A real black image."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = (b"\0" * (width + 1)) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def jpeg(width: int = 40, height: int = 30, frame: int = 0xC0) -> bytes:
    """The head of an image as cameras write it: a thumbnail's and a table stand before the own frame."""
    inner = b"\xff\xc0" + struct.pack(">HBHH", 17, 8, 60, 80)
    application = b"\xff\xe1" + struct.pack(">H", 2 + len(inner)) + inner
    table = b"\xff\xc4" + struct.pack(">H", 6) + b"\x11\x22\x33\x44"
    own = b"\xff\xff" + bytes([frame]) + struct.pack(">HBHH", 17, 8, height, width) + b"\0" * 10
    return b"\xff\xd8" + application + table + own
