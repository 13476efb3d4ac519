"""Rare failures of circuits beside OpenTURNS: our estimate, and its subset simulation on the same limit function.

    python benchmarks/rare_circuits.py sram read write            # circuits of a bundled experiment
    python benchmarks/rare_circuits.py strongarm comparator --point 70mV

Each line is one estimate. The errors of OpenTURNS are those that it states itself; 1,000 samples per level, no tuning.
"""

import argparse
import time

from rare_openturns import openturns

from spicekit.run.spec import load_spec
from spicekit.sampling.rare import estimate
from spicekit.studies.circuit_estimate.study import asked, points
from spicekit.studies.study import Form


def main() -> None:
    """Estimate and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("experiment")
    parser.add_argument("circuits", nargs="+")
    parser.add_argument("--point", default="", help="part of a point's name, where a circuit has several")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument(
        "--most", type=int, default=50_000, help="runs at which subset simulation is given up"
    )
    args = parser.parse_args()
    spec = load_spec(args.experiment)
    table = asked(spec.content, spec.technology, Form(quick=False, seed=spec.content.seed, part=None))
    assert table is not None
    print("| point | method | seed | probability | standard error | runs | wall s | outcome |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for point in points(spec.technology, table):
        if str(point.labels["circuit"]) not in args.circuits or args.point not in point.name:
            continue
        limit = point.content
        dimension = len(limit.content.coordinates)
        for seed in args.seeds:
            begun = time.monotonic()
            found = estimate(
                limit, dimension, max_runs=limit.max_runs, relative_error=limit.relative_error, seed=seed,
                identity=limit.drawn,
            )  # fmt: skip
            said = f"{found.probability:.2g}" if found.probability else f"< {found.high:.1g}"
            _print(point.name, "spicekit", seed, said, found.relative_error, found.runs, begun, found.outcome)
            begun = time.monotonic()
            probability, error, runs = openturns(limit, dimension, "subset", seed, args.most)
            _print(point.name, "OpenTURNS subset", seed, f"{probability:.2g}", error, runs, begun, "")


def _print(
    point: str, method: str, seed: int, said: str, error: float, runs: int, begun: float, outcome: str
) -> None:
    wall = time.monotonic() - begun
    print(
        f"| {point} | {method} | {seed} | {said} | {error:.0%} | {runs} | {wall:.0f} | {outcome} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
