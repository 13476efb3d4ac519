"""Trains binarized networks in PyTorch and writes them as network files (extra `torch`).

python -m spicekit.network.bnn.train mnist_dense --path FOLDER -o mnist_dense.npz
python -m spicekit.network.bnn.train mnist_dense --path FOLDER --start FIRST.pt --learning-rate 2e-3 -o finer.npz
"""

import argparse
import pickle
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from spicekit.errors import InputError
from spicekit.network.bnn.file import save_network
from spicekit.network.bnn.from_torch import from_torch
from spicekit.network.bnn.modules import BinaryConv2d, BinaryLinear, Stream
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.reference import REFERENCES, Reference
from spicekit.network.bnn.streams import fixed_point_classes, levels_of
from spicekit.network.data import Dataset, load_data


def train(
    reference: Reference, data: Dataset, *, error_rate: float = 0.0, epochs: int | None = None, seed: int = 0,
    checkpoint: Path | None = None, start: Path | None = None, quiet: bool = False,
) -> nn.Sequential:  # fmt: skip
    """Return the trained model, in evaluation mode.

    Deterministic on one thread of one machine. Hidden weights are clipped to ±1; the learning rate falls as a cosine.

    Args:
        error_rate: share of weights that are read wrong during training, anew at each step.
        checkpoint: file to go on from and to write after each epoch.
        start: checkpoint of a finished training; its weights are where this one begins.

    Raises:
        InputError: `start` is missing or of another network.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    model = reference.model(data)
    if start is not None:
        _begin_with(model, start)
    for module in model:
        if isinstance(module, BinaryLinear | BinaryConv2d):
            module.error_rate = error_rate
    epochs = epochs or reference.epochs
    inputs = torch.from_numpy(data.train_inputs.transpose(0, 3, 1, 2).copy())
    labels = torch.from_numpy(data.train_labels)
    optimizer = torch.optim.Adam(model.parameters(), lr=reference.learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    first = 0
    if checkpoint is not None and checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        first = state["epoch"]
    for epoch in range(first, epochs):
        begun, model = time.monotonic(), model.train()
        order = torch.from_numpy(np.random.default_rng([seed, epoch]).permutation(len(labels)))
        for chosen in order.split(reference.batch):
            optimizer.zero_grad()
            functional.cross_entropy(model(inputs[chosen]), labels[chosen]).backward()
            optimizer.step()
            for module in model:
                if isinstance(module, BinaryLinear | BinaryConv2d):
                    module.weight.data.clamp_(-1, 1)
                elif isinstance(module, nn.BatchNorm2d):
                    module.weight.data.clamp_(min=0)  # so that bits can be pooled in the place of sums
        schedule.step()
        if checkpoint is not None:
            parts = {"model": model, "optimizer": optimizer, "schedule": schedule}
            torch.save(
                {key: part.state_dict() for key, part in parts.items()} | {"epoch": epoch + 1}, checkpoint
            )
        if not quiet:
            right = accuracy(model, data)
            print(
                f"epoch {epoch + 1}/{epochs}: test {right:.2%}, {time.monotonic() - begun:.0f} s", flush=True
            )
    _settle(model, inputs, reference.batch)
    return model.eval()


def _begin_with(model: nn.Sequential, start: Path) -> None:
    if not start.exists():
        raise InputError(f"{start}: no such file; expected what `--checkpoint` of an earlier training wrote")
    try:
        model.load_state_dict(torch.load(start, weights_only=True)["model"])
    except (RuntimeError, KeyError, TypeError, pickle.UnpicklingError):
        raise InputError(f"{start}: not a checkpoint of a network of this shape") from None


def _settle(model: nn.Sequential, inputs: torch.Tensor, batch: int) -> None:
    """Take the means and variances of batch norms over all training samples.

    The last few batches alone, as PyTorch keeps them, are too few: thresholds are off, by up to a point of accuracy.
    """
    norms = [module for module in model if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # PyTorch: the plain mean over batches
    model.train()
    with torch.no_grad():
        for part in inputs.split(batch):
            if len(part) > 1:
                model(part)


def accuracy(model: nn.Sequential, data: Dataset) -> float:
    """Return the share of test samples that the model gets right."""
    return float((classes_of(model, data) == data.test_labels).mean())


def classes_of(model: nn.Sequential, data: Dataset) -> np.ndarray:
    """Return what the model says of the test samples."""
    model.eval()
    inputs = torch.from_numpy(data.test_inputs.transpose(0, 3, 1, 2).copy())
    with torch.no_grad():
        return torch.cat([model(part).argmax(1) for part in inputs.split(1000)]).numpy()


def _classes(model: nn.Sequential, network: Network, data: Dataset) -> np.ndarray:
    """Return what the network of bits says of the test samples; one for streams with inputs of eight bits."""
    if isinstance(model[0], Stream):
        return fixed_point_classes(network, levels_of(network, data.test_inputs))
    return network.classes(data.test_inputs)


def judged(classes: np.ndarray, data: Dataset) -> str:
    """Return in words how good classes of the test samples are; of two classes also how the rarer one fares."""
    said = f"test accuracy {np.mean(classes == data.test_labels):.2%}"
    *_, last = data.classes
    if len(data.classes) > 2:
        return said
    recall = [np.mean(classes[data.test_labels == label] == label) for label in (0, 1)]
    precision = np.mean(data.test_labels[classes == 1] == 1) if (classes == 1).any() else 0.0
    rarer = f"{last}: recall {recall[1]:.2%}, precision {precision:.2%}"
    return f"{said}, balanced {np.mean(recall):.2%}, {rarer}"


def main(arguments: list[str] | None = None) -> None:
    """Train one reference network."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("reference", choices=sorted(REFERENCES))
    parser.add_argument("--path", type=Path, help="folder or file of the data")
    parser.add_argument("--error-rate", type=float, default=0.0, help="of weights, during training")
    parser.add_argument("--width", type=float, default=1.0, help="hidden neurons, relative to the reference")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--checkpoint", type=Path, help="go on from here, and write after each epoch")
    parser.add_argument("--start", type=Path, help="checkpoint of an earlier training to begin with")
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("-o", "--output", type=Path, required=True, help="network file (.npz)")
    args = parser.parse_args(arguments)
    reference = REFERENCES[args.reference]
    rate = args.learning_rate or reference.learning_rate
    reference = replace(reference, model=partial(reference.model, width=args.width), learning_rate=rate)
    try:
        data = load_data(reference.data, args.path)
        model = train(
            reference, data, error_rate=args.error_rate, epochs=args.epochs, seed=args.seed,
            checkpoint=args.checkpoint, start=args.start,
        )  # fmt: skip
    except InputError as error:
        parser.error(str(error))
    shape = data.train_inputs.shape[1:]
    found = judged(_classes(model, from_torch(model, args.output.stem, shape), data), data)
    begun = "" if args.start is None else f"; begun with {args.start.name}, learning rate {rate:g}"
    trained = f"error rate in training {args.error_rate:g}; seed {args.seed}{begun}"
    notes = f"{data.name} ({data.split}); {trained}; {found}"
    network = from_torch(model, args.output.stem, shape, notes, data.train_inputs.transpose(0, 3, 1, 2))
    save_network(network, args.output)
    print(f"{args.output}: {network.weights} weights, {found} (in PyTorch {accuracy(model, data):.2%})")


if __name__ == "__main__":
    main()
