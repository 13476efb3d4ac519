"""Bit error rates of full chains by rare-event estimates: three published programming conditions, both logic values.

Each line is one estimate: SPICE runs include the search. The ratio is the runs that brute force would need for the same
standard error. An estimate that is not "agreed" is no result: its reason stands beside it.
"""

import argparse
import time

from spicekit.characterize.chain import build_chain
from spicekit.characterize.limit import ChainLimit
from spicekit.characterize.spec import load_spec
from spicekit.sampling.rare import estimate


def main() -> None:
    """Estimate and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--max-runs", type=int, default=2000)
    parser.add_argument("--relative-error", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="name of one condition")
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
        for weight in (1, -1):
            limit, begun = ChainLimit(chain, weight), time.monotonic()
            found = estimate(
                limit,
                limit.dimension,
                relative_error=args.relative_error,
                max_runs=args.max_runs,
                seed=args.seed,
                identity=f"{chain.identity}/{weight}",
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
