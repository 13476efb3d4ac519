"""2T2R against SECDED(8,4) at equal devices on measured cells, errors counted, and how they gather; no ngspice.

    python benchmarks/measured_pairs.py CYCLING.csv.gz [FIRST_CYCLE]

The file is tidy: device, cycle, state ("lrs", "hrs"), resistance. Comparators are ideal; one device is compared with
the reference of fewest errors. A pair is a device in its low state beside the next one in its high state, a word eight
devices drawn at random, each in a state that it keeps. Beside what is counted stands what the latent normal law says.
"""

import sys

import numpy as np
import pandas as pd

from spicekit.block import ErrorCorrelation
from spicekit.sampling.intraclass import by_counts, by_margins
from spicekit.sampling.probit_normal import both, without_error, worst_share
from spicekit.statistics.codes import CODES

WORDS = 4000
BREAK_IN = 50  # cycles
SECDED = CODES[0]


def main(path: str, first: int = BREAK_IN) -> None:
    """Print rates and correlations."""
    table = pd.read_csv(path)
    table = table[table["cycle"] >= first]
    low, high = (
        np.log(mine.pivot(index="device", columns="cycle", values="resistance").to_numpy())
        for mine in (table[table["state"] == "lrs"], table[table["state"] == "hrs"])
    )
    references = np.linspace(low.mean(), high.mean(), 1000)
    at = references[np.argmin([(low > x).mean() + (high < x).mean() for x in references])]
    single, margins = np.concatenate([low > at, high < at]), np.roll(high, 1, axis=0) - low
    pair = margins < 0
    one, two = _said("one device", single), _said("pair", pair)
    print("pair, from margins:", _interval(by_margins(margins)))
    rate, twice = float(single.mean()), float(pair.mean())
    cycles = pair.shape[1]
    worst, clean = worst_share(twice, two.best, cycles=cycles), without_error(twice, two.best, cycles)
    print(f"  by the law the worst 5 % have {worst:.1%}, {clean:.1%} have none")
    left, again = _words(single)
    print(f"{SECDED.name}: {left:.2e} (closed form {float(SECDED.residual(rate)):.2e}), wrong again {again:.1%} "
          f"(by the law {SECDED.wrong_again(rate, one.best):.1%})")  # fmt: skip
    errors = pair.sum(axis=1)
    repeats = (errors * (errors - 1)).sum() / (errors.sum() * (cycles - 1))
    print(f"2T2R: {twice:.2e}, wrong again {repeats:.1%} (by the law {both(twice, two.best) / twice:.1%})")


def _said(name: str, wrong: np.ndarray) -> ErrorCorrelation:
    found = by_counts(wrong)
    assert found is not None
    print(f"{name}: {found.errors} errors, rate {wrong.mean():.2e}, correlation {_interval(found)}; the worst 5 % have "
          f"{found.worst_share:.1%}, {found.without_error:.1%} have none in {found.cycles} cycles")  # fmt: skip
    return found


def _interval(found: ErrorCorrelation | None) -> str:
    return "unknown" if found is None else f"{found.best:.2f} ({found.low:.2f} ... {found.high:.2f})"


def _words(single: np.ndarray) -> tuple[float, float]:
    """Return the rate of wrong bits behind the decoder, and how many of them are wrong again in a cycle far away."""
    rng, wrong, again, all_bits = np.random.default_rng(0), 0, 0, 0
    for _ in range(WORDS):
        errors = single[rng.permutation(len(single))[: SECDED.length]]
        left = errors & (errors.sum(axis=0) > SECDED.corrects)
        wrong, all_bits = wrong + left.sum(), all_bits + left.size
        again += (left & np.roll(left, left.shape[1] // 3, axis=1)).sum()
    return wrong / all_bits, again / wrong


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
