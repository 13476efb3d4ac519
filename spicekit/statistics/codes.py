"""Error-correcting codes, and what is left of an error rate behind them."""

from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from scipy.special import betainc, comb, xlog1py, xlogy

from spicekit.block import Probability
from spicekit.sampling.probit_normal import both, rate_of
from spicekit.statistics.parity import Parity, bch, hamming, odd_columns

_WORDS = 100_000  # that are drawn to see how they differ


@dataclass(frozen=True)
class Code:
    """A block code: words of `length` bits hold `data` bits, and up to `corrects` errors in a word are corrected."""

    name: str
    parity: Parity
    source: str

    @property
    def length(self) -> int:
        """Bits of a word, n."""
        return self.parity.length

    @property
    def data(self) -> int:
        """Data bits of a word, k."""
        return self.parity.data

    @property
    def corrects(self) -> int:
        """Errors of a word that are corrected, t."""
        return self.parity.corrects

    @property
    def redundancy(self) -> float:
        """Bits stored for each bit of data; a 2T2R cell, with two devices for a bit, has 2."""
        return self.length / self.data

    def uncorrected(self, rate: np.ndarray | float) -> np.ndarray:
        """Return the error rate of a bit in words that have more errors than are corrected, were they left as read.

        The sum over i > t of (i/n) C(n,i) p^i (1-p)^(n-i). Since i/n C(n,i) = C(n-1,i-1), this is p times the
        chance of t or more errors in the n-1 other bits of the word: a regularized incomplete beta function,
        p I_p(t, n-t), which loses no digits at small p.

        Holds for the mean over words whose bits fail at rates of their own, too, as long as these are drawn
        independently: then each factor of the sum has the mean of its bit. Assumes that check bits fail as data bits
        do.
        """
        p = np.asarray(rate, float)
        return p * betainc(self.corrects, self.length - self.corrects, p)

    def residual(self, rate: np.ndarray | float) -> np.ndarray:
        """Return the error rate of a bit behind the decoder for the `rate` before it, both of any shape, 0 … 1.

        `uncorrected`, and what the decoder does to words with more errors than it corrects: near another valid word
        they are taken for that. Over valid words of w ones, A_w of them (`Parity.words`), and errors that differ from
        one in a of its ones and b of its zeros, a + b up to t, it is the sum of
        A_w C(w,a) C(n-w,b) (a-b)/n p^(w-a+b) (1-p)^(n-w+a-b). Words that look like none stay as they were read, so
        that errors which are only detected still count. The mean over the bits of a word.
        """
        p = np.asarray(rate, float)
        made, undone = self._mistaken(p)
        return self.uncorrected(p) + made - undone

    def residuals(self, zero: float, one: float) -> tuple[float, float]:
        """Return the error rates behind the decoder of bits that store a zero, and a one, from those before it.

        Data are as good as random, zeros and ones in equal parts: the other bits of a word fail at the mean rate. That
        leaves out that checks tie some of them together, a per cent for short codes; exact for equal rates.
        """
        p = (zero + one) / 2
        if not p:
            return 0.0, 0.0
        made, undone = self._mistaken(np.asarray(p))
        stays = (float(self.uncorrected(p)) - float(undone)) / p  # wrong behind it, if wrong before
        turned = float(made) / (1 - p)  # wrong behind it, if right before
        return zero * stays + (1 - zero) * turned, one * stays + (1 - one) * turned

    def _mistaken(self, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the shares of bits that words taken for others make wrong, and right."""
        a, b, errors, ways = (column.reshape(-1, *(1,) * p.ndim) for column in self._taken_for_others)
        chance = np.exp(ways + xlogy(errors, p) + xlog1py(self.length - errors, -p))
        return (a * chance).sum(axis=0) / self.length, (b * chance).sum(axis=0) / self.length

    @cached_property
    def _taken_for_others(self) -> np.ndarray:
        """Columns of all a and b near each valid word: a, b, errors, and the logarithm of how many such words are."""
        n, kinds = self.length, []
        for w, words in enumerate(self.parity.words):
            for a, b in product(range(self.corrects + 1), repeat=2):
                if w and words and a + b <= self.corrects and a <= w and b <= n - w:
                    ways = np.log(words) + np.log(float(comb(w, a))) + np.log(float(comb(n - w, b)))
                    kinds.append((a, b, w - a + b, ways))
        return np.array(kinds, float).T

    def behind(self, rate: Probability) -> Probability:
        """Return what the code leaves of a probability, with its interval: `residual` rises with the rate, up to ½."""
        return rate.model_copy(
            update={
                "low": float(self.residual(rate.low)),
                "best": None if rate.best is None else float(self.residual(rate.best)),
                "high": float(self.residual(rate.high)),
                "method": f"{self.name} in closed form, independent errors, behind: {rate.method}",
            }
        )

    def word_failure(self, rates: np.ndarray) -> np.ndarray:
        """Return the chance that a word has more errors than are corrected, from the rates of its bits (…, length)."""
        rates = np.asarray(rates, float)
        chances = np.zeros((*rates.shape[:-1], self.corrects + 2))  # of 0, 1 ... errors, the last: of more
        chances[..., 0] = 1.0
        for bit in range(rates.shape[-1]):
            wrong = chances * rates[..., bit, None]
            chances = chances - wrong
            chances[..., 1:] += wrong[..., :-1]
            chances[..., -1] += wrong[..., -1]
        return chances[..., -1]

    def worst_words(self, rate: float, correlation: float, worst: float = 0.05) -> float:
        """Return the share of all failures of words that the worst of very many words have, each bit with its own cell.

        By drawn words, seed fixed. What the better words have is counted, as their failures have no heavy tail; the
        mean over all is known.
        """
        z = np.random.default_rng(0).standard_normal((_WORDS, self.length))
        each = np.sort(self.word_failure(rate_of(z, rate, correlation)))
        mean = float(self.word_failure(np.full(self.length, rate)))
        return max(0.0, 1 - float(each[: round(_WORDS * (1 - worst))].sum()) / _WORDS / mean)

    def wrong_again(self, rate: float, correlation: float) -> float:
        """Return the share of bits wrong behind the decoder that are wrong again once the word is programmed again.

        Exact: two programmings of one cell are both wrong, one of them or none, with the chances of the latent normal
        law; over the bits of a word, errors of both are counted up to what is corrected. Of words with more, it
        counts the bits that were wrong before the decoder, not those that a mistaken correction adds.
        """
        twice = both(rate, correlation)
        once, never = rate - twice, 1 - 2 * rate + twice
        most = self.corrects
        chances = np.zeros(
            (most + 1, most + 1)
        )  # of errors in one and the other; at the end of an axis: as many or more
        chances[0, 0] = 1.0
        for _ in range(self.length - 1):
            chances = (
                never * chances
                + once * (_one_more(chances, 0) + _one_more(chances, 1))
                + twice * _one_more(_one_more(chances, 0), 1)
            )
        return float(twice * chances[most, most] / self.uncorrected(rate))


def _one_more(chances: np.ndarray, axis: int) -> np.ndarray:
    """Return chances of counts after one error more along an axis, whose last place is kept."""
    moved = np.zeros_like(chances)
    source, target = np.moveaxis(chances, axis, 0), np.moveaxis(moved, axis, 0)
    target[1:] = source[:-1]
    target[-1] += source[-1]
    return moved


CODES = (
    Code(
        "SECDED(8,4)", odd_columns(4, 4), "extended Hamming code (Hamming, Bell Syst. Tech. J. 29, 147, 1950)"
    ),
    Code("SEC(7,4)", hamming(3), "Hamming code (the same)"),
    Code("SECDED(72,64)", odd_columns(64, 8), "Hsiao code (Hsiao, IBM J. Res. Dev. 14, 395, 1970)"),
    # 8 check bits for each error corrected, as 128 + 24 lies below 2^8; a parity bit more would only detect. The
    # polynomials have the roots a, a^3, a^5 of GF(2^8), a root of the first (Lin and Costello, Error Control Coding)
    Code(
        "TEC(152,128)",
        bch(128, (0x11D, 0x177, 0x1F3), 3),
        "shortened BCH code (Bose and Ray-Chaudhuri, Inf. Control 3, 68, 1960)",
    ),
)
"""The same redundancy as 2T2R, then less; the last corrects 3 errors in 128 bits of data, as a product does (Chang et
al., IRPS 2020, which does not give its check bits)."""
