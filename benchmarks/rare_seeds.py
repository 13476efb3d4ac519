"""The default rare-event method on the real circuit, over seeds: is any estimate wrong without saying so?

Two limit functions: full chains with a RESET of 1.15 V (57 coordinates), whose errors can be counted
(sweeps/brute_force.toml), and the sense amplifier's read alone (29 coordinates: mismatch of all transistors and both
gaps), its high resistance state moved down to a failure probability near 6e-4.

Each seed is one row of a CSV file, written when it is done; started again, the script goes on where it stood. The table
says how far the worst estimate is from the mean of all agreed ones and, with --count ERRORS/SAMPLES, from a count, in
standard errors of its own (and of the count), on the logarithm.
"""

import argparse
import csv
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from spicekit.models.rram import ALTER
from spicekit.ngspice import evaluate
from spicekit.run.spec import load_spec
from spicekit.sampling.rare import LimitFunction, estimate
from spicekit.studies.memory.chain import Chain, build_chain
from spicekit.studies.memory.condition import Condition
from spicekit.studies.rare.limit import ChainLimit

_COLUMNS = ("seed", "probability", "low", "high", "relative_error", "runs", "outcome", "reason", "seconds")
_MAX_RUNS = 1000
_GAP_SPREAD = 0.1  # nm: the high resistance state's, near that of ln R of 0.4 at a decay length of 0.25 nm
_LOW_SPREAD = 0.0175  # nm: the low resistance state's 0.07 of ln R, likewise


def full_chain(chain: Chain) -> tuple[LimitFunction, int]:
    """Return the chain's margin for a stored +1, and its dimension."""
    limit = ChainLimit(chain, 1)
    return limit, limit.dimension


def read_alone(low_gap: float, high_gap: float) -> Callable[[Chain], tuple[LimitFunction, int]]:
    """Return a maker of the read's margin: gaps [nm] are normal around these, all else nominal but the transistors."""

    def make(chain: Chain) -> tuple[LimitFunction, int]:
        read, rram = chain.read, chain.rram

        def limit(points: np.ndarray) -> np.ndarray:
            columns = {
                "left.gap": low_gap + _LOW_SPREAD * points[:, 0],
                "right.gap": high_gap + _GAP_SPREAD * points[:, 1],
            }
            for side in ("left", "right"):
                columns |= {f"{side}.{p}": np.full(len(points), rram.value(p)) for p in ALTER}
            columns |= {
                s.name: s.nominal + s.sigma * z for s, z in zip(read.spread, points[:, 2:].T, strict=True)
            }
            values = np.column_stack([columns[p.name] for p in read.deck.parameters])
            measured, outcomes = evaluate(read.deck, values)
            margin = measured[:, [m.name for m in read.deck.measurements].index("margin")]
            return np.where([o.ok for o in outcomes], margin, np.nan)

        return limit, 2 + len(read.spread)

    return make


PROBLEMS: dict[str, Callable[[Chain], tuple[LimitFunction, int]]] = {
    "chain": full_chain,
    "read": read_alone(0.362, 0.79),
}


def run(name: str, seeds: range, path: Path, stop_at: float) -> None:
    """Append the estimates of seeds that `path` lacks, until the time `stop_at` (monotonic, s)."""
    begun_before = path.exists() and path.stat().st_size > 0  # killed early, it is there and empty
    done = set(pd.read_csv(path)["seed"]) if begun_before else set()
    chain = build_chain(
        load_spec("programming_conditions").technology, Condition("reset-1.15V", 200e-6, 1.15, 1e-6)
    )
    limit, dimension = PROBLEMS[name](chain)
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        if not begun_before:
            writer.writerow(_COLUMNS)
            file.flush()
        for seed in seeds:
            if seed in done:
                continue
            begun = time.monotonic()
            found = estimate(limit, dimension, max_runs=_MAX_RUNS, seed=seed, identity=f"{chain.name}/{name}")
            said = (found.probability, found.low, found.high, found.relative_error, found.runs)
            now = time.monotonic()
            writer.writerow([seed, *said, found.outcome, found.reason, round(now - begun, 1)])
            file.flush()
            if now + (now - begun) > stop_at:
                break


def table(path: Path, count: str | None) -> str:
    """Return the Markdown table of what the seeds in `path` gave."""
    rows = pd.read_csv(path)
    agreed = rows[rows["outcome"] == "agreed"]
    found, said = agreed["probability"], agreed["relative_error"]
    mean = found.mean()
    references = {"the mean": (mean, 0.0)}
    if count:
        errors, samples = map(float, count.split("/"))
        references[f"the count {errors / samples:.3g}"] = (errors / samples, 1 / errors**0.5)
    lines = [
        ("seeds · agreed", f"{len(rows)} · {len(agreed)}"),
        ("mean ± its standard error", f"{mean:.4g} ± {found.std() / len(found) ** 0.5 / mean:.1%}"),
        ("scatter · stated error (mean)", f"{found.std() / mean:.1%} · {said.mean():.1%}"),
        ("runs, mean (least … most)", f"{rows.runs.mean():.0f} ({rows.runs.min()} … {rows.runs.max()})"),
    ]
    for what, (reference, error) in references.items():
        away = np.abs(np.log(found / reference)) / np.hypot(said, error)
        lines.append(
            (f"worst agreed, from {what}", f"{away.max():.1f} standard errors; {np.sum(away > 4)} beyond 4")
        )
        inside = ((agreed["low"] <= reference) & (reference <= agreed["high"])).mean()
        lines.append((f"95 % intervals that hold {what}", f"{inside:.0%}"))
    return "| | |\n| --- | --- |\n" + "\n".join(f"| {what} | {value} |" for what, value in lines)


def main() -> None:
    """Run what is missing, then print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("problem", choices=list(PROBLEMS))
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=np.inf, help="start no further estimate after this")
    parser.add_argument("--count", help="ERRORS/SAMPLES of counted chains to compare with")
    parser.add_argument("-o", "--output", type=Path, help="CSV file, default rare_seeds_PROBLEM.csv")
    options = parser.parse_args()
    path = options.output or Path(f"rare_seeds_{options.problem}.csv")
    if options.minutes > 0:
        run(options.problem, range(options.seeds), path, time.monotonic() + 60 * options.minutes)
    print(table(path, options.count))


if __name__ == "__main__":
    main()
