"""Error-correcting codes, and what is left of an error rate behind them."""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc

from spicekit.block import Probability


@dataclass(frozen=True)
class Code:
    """A block code: words of `length` bits hold `data` bits, and up to `corrects` errors in a word are corrected."""

    name: str
    length: int  # n
    data: int  # k
    corrects: int  # t
    source: str

    @property
    def redundancy(self) -> float:
        """Bits stored for each bit of data; a 2T2R cell, with two devices for a bit, has 2."""
        return self.length / self.data

    def residual(self, rate: np.ndarray | float) -> np.ndarray:
        """Return the error rate of a bit behind the decoder for the `rate` before it, both of any shape, 0 … 1.

        The sum over i > t of (i/n) C(n,i) p^i (1-p)^(n-i). Since i/n C(n,i) = C(n-1,i-1), this is p times the
        chance of t or more errors in the n-1 other bits of the word: a regularized incomplete beta function,
        p I_p(t, n-t), which loses no digits at small p.

        Assumes that bits fail independently and alike; that a word with more than t errors stays as it was read,
        neither repaired nor made worse, so that errors which are detected alone still count; and that check bits
        fail as data bits do.
        """
        p = np.asarray(rate, float)
        return p * betainc(self.corrects, self.length - self.corrects, p)

    def behind(self, rate: Probability) -> Probability:
        """Return what the code leaves of a probability, with its interval: `residual` rises with the rate."""
        return rate.model_copy(
            update={
                "low": float(self.residual(rate.low)),
                "best": None if rate.best is None else float(self.residual(rate.best)),
                "high": float(self.residual(rate.high)),
                "method": f"{self.name} in closed form, independent errors, behind: {rate.method}",
            }
        )


CODES = (
    Code("SECDED(8,4)", 8, 4, 1, "extended Hamming code (Hamming, Bell Syst. Tech. J. 29, 147, 1950)"),
    Code("SEC(7,4)", 7, 4, 1, "Hamming code (the same)"),
    Code("SECDED(72,64)", 72, 64, 1, "Hsiao code (Hsiao, IBM J. Res. Dev. 14, 395, 1970)"),
    # 8 check bits for each error corrected, as 128 + 24 lies below 2^8; a parity bit more would only detect
    Code(
        "TEC(152,128)", 152, 128, 3, "shortened BCH code (Bose and Ray-Chaudhuri, Inf. Control 3, 68, 1960)"
    ),
)
"""The same redundancy as 2T2R, then less; the last corrects 3 errors in 128 bits of data, as a product does (Chang et
al., IRPS 2020, which does not give its check bits)."""
