"""What a network loses by being binarized: the same neurons with real weights, and with weights of 8 bits.

python -m spicekit.network.bnn.baseline mnist_dense --path FOLDER [--width 0.5]

Real inputs, ReLU, real activations; the first layer sees the values themselves, no thermometer code. Weights of 8 bits
are rounded after training, symmetrically, each neuron with a scale of its own; activations stay real, which favours
them (extra `torch`). Validation samples are held out as from the binarized networks. All is computed in float32, as
bfloat16 has too few digits for real weights (heart beats: 7 to 21 points of accuracy).
"""

import copy
from dataclasses import replace
from functools import partial

from spicekit.errors import InputError
from spicekit.network.bnn.train_options import check, parser_of, without_torch

try:
    import torch
    from torch import nn
except ModuleNotFoundError:
    if __name__ != "__main__":
        raise
    raise without_torch() from None

from spicekit.network.bnn.reference import REAL, REFERENCES
from spicekit.network.bnn.train import classes_of, judged, train
from spicekit.network.data import load_data

LEARNING_RATE = 1e-3  # real weights take smaller steps
_LARGEST = 127  # of a signed weight of 8 bits


def eight_bits(model: nn.Sequential) -> nn.Sequential:
    """Return the model with its weights rounded to 8 bits; batch norms stay as they are."""
    rounded = copy.deepcopy(model)
    for module in _weighted(rounded):
        rows = module.weight.data.flatten(1)
        scale = rows.abs().amax(1, keepdim=True).clamp(min=torch.finfo(rows.dtype).tiny) / _LARGEST
        module.weight.data = (torch.round(rows / scale) * scale).view_as(module.weight)
    return rounded


def weights_of(model: nn.Sequential) -> int:
    """Return how many weights there are, batch norms not counted."""
    return sum(module.weight.numel() for module in _weighted(model))


def _weighted(model: nn.Sequential) -> list[nn.Linear | nn.Conv2d]:
    return [module for module in model if isinstance(module, nn.Linear | nn.Conv2d)]


def main(arguments: list[str] | None = None) -> None:
    """Train the network with real weights and print how it does."""
    parser = parser_of(__doc__, REFERENCES)
    args = parser.parse_args(arguments)
    reference = REFERENCES[args.reference]
    try:
        check(args)
        data = load_data(reference.data, args.path)
    except InputError as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    real = replace(
        reference, model=partial(reference.model, kind=REAL, width=args.width), learning_rate=LEARNING_RATE
    )
    model = train(real, data.held_out(), epochs=args.epochs, seed=args.seed, bfloat16=False)
    count = weights_of(model)
    print(f"{count} weights; real: {judged(classes_of(model, data), data)}")
    print(f"{count} bytes at 8 bits: {judged(classes_of(eight_bits(model), data), data)}")


if __name__ == "__main__":
    main()
