"""Keys from noisy bits: repetition and BCH codes, what they correct, and what their help gives away."""

from dataclasses import dataclass

from scipy.special import betainc

BCH = (
    (255, 231, 3), (255, 207, 6), (255, 187, 9), (255, 163, 12), (255, 139, 15), (255, 131, 18), (255, 107, 22),
    (255, 91, 25), (255, 71, 29), (255, 47, 42), (255, 29, 47), (127, 113, 2), (127, 99, 4), (127, 85, 6), (127, 71, 9),
    (127, 64, 10), (127, 50, 13), (127, 36, 15), (127, 22, 23), (127, 15, 27), (63, 51, 2), (63, 39, 4), (63, 30, 6),
    (63, 18, 10), (63, 16, 11), (63, 10, 13),
)  # fmt: skip
"""Binary primitive BCH codes (n, k, t), as tabulated (Lin and Costello, Error Control Coding, 2004, appendix C)."""
_REPEATED = (1, 3, 5, 7, 9, 11, 13, 15)


@dataclass(frozen=True)
class Scheme:
    """Bits are repeated, then coded; helper data of a code offset give n - k bits of each block away."""

    repetition: int
    n: int
    k: int
    t: int
    blocks: int  # that fit into the bits that are kept
    failure: float  # chance that one block of them or more cannot be corrected
    key: int  # bits of min-entropy that are left, of all blocks

    @property
    def name(self) -> str:
        """Such as ``'repetition of 3, BCH (127, 64, 10)'``."""
        code = f"BCH ({self.n}, {self.k}, {self.t})"
        return code if self.repetition == 1 else f"repetition of {self.repetition}, {code}"


def exceeds(n: int, t: int, p: float) -> float:
    """Return the chance of more than `t` errors in `n` independent bits that err with `p`."""
    if t >= n:
        return 0.0
    return float(betainc(t + 1, n - t, p))


def best_scheme(bits: int, error: float, entropy: float, failure: float) -> Scheme | None:
    """Return the scheme with the longest key from `bits` bits; None if none keeps to the `failure`.

    Args:
        bits: that are kept.
        error: chance that a bit differs when the key is made again.
        entropy: min-entropy per bit. What repetition or code make public is taken off in full: bits - 1 of each
            repetition, n - k of each block.
        failure: highest chance that a key is not found again.
    """
    best: Scheme | None = None
    for repetition in _REPEATED:
        inner = exceeds(repetition, repetition // 2, error)
        for n, k, t in BCH:
            blocks = bits // (repetition * n)
            if not blocks:
                continue
            lost = 1 - (1 - exceeds(n, t, inner)) ** blocks
            left = int(blocks * (repetition * n * entropy - (repetition - 1) * n - (n - k)))
            if lost <= failure and left > 0 and (best is None or left > best.key):
                best = Scheme(repetition, n, k, t, blocks, lost, left)
    return best
