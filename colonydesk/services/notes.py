"""Notes on any record: what an image must be before it is kept in the database."""

from colonydesk.domain.errors import Refused

LONGEST = 1600
"""The longer edge of a kept image in pixels; the screens make larger ones smaller before they save them."""
LARGEST = 20_000_000
"""Bytes: a see-through image of that edge is never larger."""

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
# Frames that hold the size; the others between 0xC0 and 0xCF are tables.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})


def check_image(data: bytes) -> None:
    """Raise Refused (field ``image``) for what is no PNG or JPEG image, or is larger than what is kept."""
    size = image_size(data)
    if size is None:
        raise Refused("This is not an image of the kinds PNG or JPEG.", "image")
    if max(size) > LONGEST or len(data) > LARGEST:
        raise Refused(f"This image is too large: at most {LONGEST} pixels an edge are kept.", "image")


def image_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG or JPEG image; None where it is neither.

    PNG: W3C's specification, 11.2.2 IHDR. JPEG: ITU-T T.81, B.2.2 frame header.
    """
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and len(data) >= 24:
        width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
        return (width, height) if width and height else None
    return _jpeg_size(data) if data.startswith(_JPEG) else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF or marker in _BARE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _FRAMES:
            height, width = (int.from_bytes(data[at + n : at + n + 2], "big") for n in (5, 7))
            return (width, height) if width and height else None
        at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    return None
