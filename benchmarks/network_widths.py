"""Accuracy against width: binarized networks, and the same shapes with weights of 8 bits, for a fair comparison.

    python benchmarks/network_widths.py mnist_dense --path FOLDER -o spicekit/network/weights/widths.csv   # 15 minutes

Needs the extra `torch`, one thread. Binarized networks are trained as `spicekit.network.bnn.train` trains them, real
ones as `spicekit.network.bnn.baseline`, their weights then rounded to 8 bits (activations stay real, which favours
them); both without the validation samples that the bundled networks are trained without. Each row is one training:
rows that are in the file already are kept, so that an interrupted call goes on. No test sample decides when a training
ends or which of them is kept.
"""

import argparse
import csv
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from spicekit.network.bnn.baseline import LEARNING_RATE, eight_bits
from spicekit.network.bnn.from_torch import from_torch
from spicekit.network.bnn.reference import REAL, REFERENCES
from spicekit.network.bnn.train import accuracy, train
from spicekit.network.data import load_data

WIDTHS = {"binarized": (1 / 8, 1 / 4, 1 / 2), "8 bit": (1 / 64, 1 / 32, 3 / 64, 1 / 16, 3 / 32, 1 / 8, 1 / 4)}
EPOCHS_OF_8_BITS = 10
HEAD = ("reference", "kind", "width", "seed", "epochs", "shape", "accuracy")


def main() -> None:
    """Train what is missing in the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reference", choices=sorted(name for name in REFERENCES if name.endswith("dense")))
    parser.add_argument("--path", type=Path, help="folder or file of the data")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--kind", choices=tuple(WIDTHS))
    parser.add_argument("--widths", type=float, nargs="+", help="instead of the usual ones")
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args()
    data = load_data(REFERENCES[args.reference].data, args.path)
    known = _known(args.output)
    for kind in (args.kind,) if args.kind else tuple(WIDTHS):
        for seed in range(args.seeds):
            for width in args.widths or WIDTHS[kind]:
                key = (args.reference, kind, f"{width:g}", str(seed))
                if key in known:
                    continue
                begun = time.process_time()
                row = _trained(args.reference, data, kind, width, seed)
                _add(args.output, (*key, *row))
                print(*key, *row, f"{time.process_time() - begun:.0f} s", flush=True)


def _trained(name, data, kind, width, seed):
    """Return epochs, shape (inputs and neurons of each layer) and test accuracy of one training."""
    reference, known = REFERENCES[name], data.held_out()
    epochs = reference.epochs if kind == "binarized" else EPOCHS_OF_8_BITS
    if kind == "binarized":
        reference = replace(reference, model=partial(reference.model, width=width))
        model = train(reference, known, seed=seed)
        network = from_torch(model, name, data.train_inputs.shape[1:])
        sizes = [layer.weights.shape for _, layer in network.weighted]
        right = network.accuracy(data.test_inputs, data.test_labels)
    else:
        model = partial(reference.model, kind=REAL, width=width)
        trained = eight_bits(train(replace(reference, model=model, learning_rate=LEARNING_RATE), known,
                                   epochs=epochs, seed=seed, bfloat16=False))  # fmt: skip
        sizes = [tuple(module.weight.shape) for module in trained if hasattr(module, "in_features")]
        right = accuracy(trained, data)
    return epochs, "-".join(map(str, (sizes[0][1], *(outputs for outputs, _ in sizes)))), f"{right:.4f}"


def _known(path):
    if not path.exists():
        return set()
    with path.open(newline="") as file:
        return {tuple(row[key] for key in HEAD[:4]) for row in csv.DictReader(file)}


def _add(path, row):
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if new:
            writer.writerow(HEAD)
        writer.writerow(row)


if __name__ == "__main__":
    main()
