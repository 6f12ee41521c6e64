"""Small pictures of heatmaps: one pixel a cell, stretched by whoever shows them."""

import struct
import zlib


def png(rows: list[list[tuple[int, int, int, int]]]) -> bytes:
    """Red, green, blue, opacity (0 to 255 each), row by row, as a PNG file."""
    height, width = len(rows), len(rows[0])
    lines = b"".join(b"\0" + bytes(part for pixel in row for part in pixel) for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
