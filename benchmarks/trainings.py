"""How much what errors cost scatters from training to training: one network from several seeds, on chips of its own.

    python benchmarks/trainings.py mnist --path FOLDER --samples 10000 --chips 4 mnist_dense one.npz two.npz

Networks are bundled ones or files, such as `python -m spicekit.network.bnn.train NAME --seed 1 -o one.npz` writes. For
each error rate, equally and all on one value: what each network loses, and the standard deviation over networks without
what few chips make, over the mean loss. The constant in `spicekit/network/bnn/trainings.py` is of such tables.
"""

import argparse
from pathlib import Path

import numpy as np

from spicekit.network.bnn.bundled import find_network
from spicekit.network.bnn.chips import accuracy_over_chips
from spicekit.network.bnn.faults import Faults
from spicekit.network.bnn.fitting import fitted
from spicekit.network.bnn.rates import ErrorRates
from spicekit.network.bnn.sweep import SIDES, shared
from spicekit.network.data import SETS, load_data


def main() -> None:
    """Print one line for each rate and way to share errors out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", choices=sorted(SETS))
    parser.add_argument("networks", nargs="+", help="bundled ones or files, two at least")
    parser.add_argument("--path", type=Path, help="folder or file of the data")
    parser.add_argument("--samples", type=int, help="of the test, the first ones")
    parser.add_argument("--chips", type=int, default=4)
    parser.add_argument("--rates", type=float, nargs="+", default=[3e-3, 1e-2, 2e-2, 4e-2])
    args = parser.parse_args()
    if len(args.networks) < 2:
        parser.error("networks: expected two or more")
    data = load_data(args.data, args.path)
    networks = [find_network(source) for source in args.networks]
    pairs = [(fitted(one, data)[: args.samples], data.test_labels[: args.samples]) for one in networks]

    def of_all(rates):
        return [
            accuracy_over_chips(one, *pair, Faults(rates), args.chips)
            for one, pair in zip(networks, pairs, strict=True)
        ]

    without = np.array([found.mean for found in of_all(ErrorRates(0, 0))])
    print("without errors", np.round(100 * without, 2), f"{100 * without.std(ddof=1):.2f} points", flush=True)
    for rate in args.rates:
        for side in SIDES:
            rates = shared(rate, side)
            if rates is None:
                continue
            found = of_all(rates)
            lost = np.array([one.loss[1] for one in found])
            of_chips = np.mean([one.of_chips.var(ddof=1) / len(one.of_chips) for one in found])
            scatter = np.sqrt(max(lost.var(ddof=1) - of_chips, 0.0))
            print(
                f"{rate:g} {SIDES[side]}: lost", np.round(100 * lost, 2), f"scatter {100 * scatter:.2f} points, "
                f"{scatter / lost.mean():.2f} of the loss",
                flush=True,
            )  # fmt: skip


if __name__ == "__main__":
    main()
