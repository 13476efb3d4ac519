"""Damage to the bytes of a file: what disks, transfers, editors and people who mean harm do to it."""

from collections.abc import Callable
from random import Random

_ODD = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\r",
    b"\n",
    b"\x1b[2J",
    b"\x1c",
    b"\x7f",
    b"\xc3\x28",
    "١٢µΩ\u2028".encode(),
    b"9" * 5000,
    b"-1",
    b"1e999",
    b"nan",
    b"inf",
    b"-0.0",
    b"1e-320",
    b"99999999999999999999",
    b"0x" + b"f" * 300,
    b"[" * 3000,
    b"{" * 3000,
    b"(" * 3000,
    b"a." * 3000,
    b'"',
    b"'",
    b"`",
    b";",
    b"$",
    b"{}",
    b"..",
    b"/dev/null",
    b"#",
    b"\\ud800",
    b"null",
    b"true",
    b"\n.include self\n",
    b"\n.ends\n",
    b"\n+ ",
    b",,,,",
    b"=",
    b"\t",
    b" " * 3000,
)


def _flip(data: bytearray, rng: Random) -> None:
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        if data:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _cut(data: bytearray, rng: Random) -> None:
    del data[rng.randrange(len(data) + 1) :]


def _lose(data: bytearray, rng: Random) -> None:
    start = rng.randrange(len(data) + 1)
    del data[start : start + rng.choice((1, 2, 7, 100, 5000))]


def _repeat(data: bytearray, rng: Random) -> None:
    start = rng.randrange(len(data) + 1)
    chunk = data[start : start + rng.choice((1, 8, 80, 800))]
    data[start:start] = chunk * rng.choice((1, 2, 50))


def _move(data: bytearray, rng: Random) -> None:
    start, to = rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)
    data[to:to] = data[start : start + rng.choice((4, 40, 400))]


def _insert(data: bytearray, rng: Random) -> None:
    place = rng.randrange(len(data) + 1)
    data[place:place] = rng.choice(_ODD)


def _overwrite(data: bytearray, rng: Random) -> None:
    place, odd = rng.randrange(len(data) + 1), rng.choice(_ODD)
    data[place : place + len(odd)] = odd


def _number(data: bytearray, rng: Random) -> None:
    """Replace one run of digits, where there is one."""
    digits = [i for i, byte in enumerate(data) if 48 <= byte <= 57 and not (i and 48 <= data[i - 1] <= 57)]
    if digits:
        start = rng.choice(digits)
        end = next((i for i in range(start, len(data)) if not 48 <= data[i] <= 57), len(data))
        data[start:end] = rng.choice(
            (b"0", b"-1", b"9" * 20, b"9" * 5000, b"1e300", b"1e-300", b"nan", b"", b"'x'", b"[]")
        )


def _word(data: bytearray, rng: Random) -> None:
    """Let a four-byte field be zero, one, or the largest there is: lengths and counts of binary files."""
    place = rng.randrange(max(1, len(data) - 3))
    data[place : place + 4] = rng.choice(
        (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\x01", b"\x01\0\0\0")
    )


_KINDS: tuple[Callable[[bytearray, Random], None], ...] = (
    _flip,
    _flip,
    _cut,
    _lose,
    _repeat,
    _move,
    _insert,
    _insert,
    _overwrite,
    _number,
    _number,
    _word,
)


def damaged(data: bytes, rng: Random) -> bytes:
    """Return `data` with one to four damages."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        rng.choice(_KINDS)(changed, rng)
    return bytes(changed)
