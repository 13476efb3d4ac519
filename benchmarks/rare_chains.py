"""Bit error rates of full chains by rare-event estimates: three published programming conditions, both logic values.

Each line is one estimate: SPICE runs include the search. The ratio is the runs that brute force would need for the same
standard error. An estimate that is not "agreed" is no result: its reason stands beside it. With --also, subset
simulation and NAIS of OpenTURNS estimate the same margin; their error is the one that they state themselves.
"""

import argparse
import time

from rare_openturns import openturns

from spicekit.run.spec import load_spec
from spicekit.sampling.rare import estimate
from spicekit.studies.memory.chain import build_chain
from spicekit.studies.rare.limit import ChainLimit


def main() -> None:
    """Estimate and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--max-runs", type=int, default=2000)
    parser.add_argument("--relative-error", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="name of one condition")
    parser.add_argument("--stored", type=int, nargs="+", choices=[1, -1], default=[1, -1])
    parser.add_argument("--also", nargs="+", choices=["subset", "nais"], default=[])
    parser.add_argument(
        "--most-of-others", type=int, default=20_000, help="chains at which those are given up"
    )
    parser.add_argument("--others-alone", action="store_true", help="leave out our own estimate")
    args = parser.parse_args()
    spec = load_spec("programming_conditions")
    print(
        "| condition | stored | BER (95 %) | standard error | runs | brute force / runs | wall s | outcome |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for condition in spec.conditions:
        if args.only not in (None, condition.name):
            continue
        chain = build_chain(spec.technology, condition)
        for weight in args.stored:
            limit = ChainLimit(chain, weight)
            for method in args.also:
                begun = time.monotonic()
                found, error, runs = openturns(limit, limit.dimension, method, args.seed, args.most_of_others)
                gain = f"{1 / (found * error**2) / runs:.1g}" if found and error > 0 else "–"
                print(
                    f"| {condition.name} | {weight:+d} | {found:.2g} | {error:.0%} | {runs} | {gain} | "
                    f"{time.monotonic() - begun:.0f} | OpenTURNS {method}, seed {args.seed} |",
                    flush=True,
                )
            if args.others_alone:
                continue
            begun = time.monotonic()
            found = estimate(
                limit,
                limit.dimension,
                relative_error=args.relative_error,
                max_runs=args.max_runs,
                seed=args.seed,
                identity=f"{chain.name}/{weight}",
            )
            wall = time.monotonic() - begun
            if found.probability is None:
                said, gain = f"< {found.high:.1g}", "–"
            else:
                said = f"{found.probability:.2g} ({found.low:.1e} … {found.high:.1e})"
                gain = f"{1 / (found.probability * found.relative_error**2) / found.runs:.1g}"
            print(
                f"| {condition.name} | {weight:+d} | {said} | {found.relative_error:.0%} | {found.runs} | {gain} | "
                f"{wall:.0f} | {found.outcome}: {found.reason} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
