"""ICC profiles, written by hand from the primaries and curves in the standards' own words."""

from __future__ import annotations

import struct

WHITE_D50 = (0.9642, 1.0, 0.8249)


def fixed(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def described(text: str) -> bytes:
    name = text.encode() + b"\0"
    data = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(78)
    return data + bytes(-len(data) % 4)


def icc(space: bytes, kind: bytes, connection: bytes, name: str, tags: dict[bytes, bytes]) -> bytes:
    """Write an ICC profile, version 2.4: header, table of tags, tags."""
    tags = {b"desc": described(name), b"wtpt": b"XYZ \0\0\0\0" + fixed(*WHITE_D50)} | tags
    start = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for tag, data in tags.items():
        table += tag + struct.pack(">II", start + len(body), len(data))
        body += data
    header = struct.pack(">I4sI4s4s4s", start + len(body), b"lcms", 0x02400000, kind, space, connection)
    header += bytes(12) + b"acsp" + bytes(28) + fixed(*WHITE_D50)
    return header.ljust(128, b"\0") + table + body


def gamma(exponent: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(exponent * 256), 0)


def srgb_curve() -> bytes:
    return b"para\0\0\0\0\0\3\0\0" + fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def display(name: str, primaries: tuple[tuple[float, ...], ...], curve: bytes) -> bytes:
    """A display's profile: the XYZ of its three primaries, and its curve."""
    tags = {
        colour + b"XYZ": b"XYZ \0\0\0\0" + fixed(*xyz)
        for colour, xyz in zip((b"r", b"g", b"b"), primaries, strict=True)
    }
    return icc(b"RGB ", b"mntr", b"XYZ ", name, tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve))


def printer() -> bytes:
    """A printer of grey: L* = 100 (1 - K)(1 - mean of C, M and Y), whatever the colour of the ink."""
    lightness = [
        round(255 * (1 - k) * (1 - (c + m + y) / 3))
        for c in (0, 1)
        for m in (0, 1)
        for y in (0, 1)
        for k in (0, 1)
    ]
    line = bytes(range(256))
    table = b"".join(bytes([level, 128, 128]) for level in lightness)
    lut = (
        b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + fixed(1, 0, 0, 0, 1, 0, 0, 0, 1) + 4 * line + table + 3 * line
    )
    return icc(b"CMYK", b"prtr", b"Lab ", "Grey press", {b"A2B0": lut + bytes(-len(lut) % 4)})


P3 = display(
    "Display P3",
    ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407)),
    srgb_curve(),
)
ADOBE = display(
    "Adobe RGB",
    ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)),
    gamma(563 / 256),
)
GREY = icc(b"GRAY", b"mntr", b"XYZ ", "Grey Gamma 2.2", {b"kTRC": gamma(2.2)})
