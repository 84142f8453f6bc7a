# SPDX-License-Identifier: GPL-2.0-or-later
"""The deterministic byte stream that both ends of a port can make on their own.

Stream `seed` is the sequence of little-endian words splitmix64(seed + k), k = 0, 1, ...
Many words are made at once: each sits in a 128-bit lane of one large integer, wide enough
for a 64 x 64 bit product, so that Python's own multiplication does the loop.
"""

from array import array
from functools import lru_cache

LANES = 8192                            # words in one block
BLOCK = LANES * 8                       # bytes in one block
_ONES = int.from_bytes(b"\1".ljust(16, b"\0") * LANES, "little")
_MASK = _ONES * (2 ** 64 - 1)
_COUNT = int.from_bytes(                # lane k holds k
    b"".join(k.to_bytes(16, "little") for k in range(LANES)), "little")


@lru_cache(maxsize=64)
def block(seed: int, index: int) -> bytes:
    """Bytes [index * BLOCK, (index + 1) * BLOCK) of the stream."""
    start = (seed + index * LANES + 0x9E3779B97F4A7C15) % 2 ** 64
    x = (_ONES * start + _COUNT) & _MASK
    x = ((x ^ (x >> 30 & _MASK)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27 & _MASK)) * 0x94D049BB133111EB) & _MASK
    x ^= x >> 31 & _MASK
    words = array("Q", (x & _MASK).to_bytes(LANES * 16, "little"))
    return words[::2].tobytes()


def piece(seed: int, offset: int, length: int) -> bytes:
    """length bytes of the stream from offset."""
    first, skip = divmod(offset, BLOCK)
    last = (offset + length + BLOCK - 1) // BLOCK
    return b"".join(block(seed, i) for i in range(first, last))[skip:skip + length]


def first_difference(seed: int, offset: int, data: bytes) -> int | None:
    """Offset in the stream of the first byte of data that is wrong, if any."""
    expected = piece(seed, offset, len(data))
    if expected == data:
        return None
    return offset + next(i for i, (a, b) in enumerate(zip(expected, data)) if a != b)
