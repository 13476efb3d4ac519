"""Trains binarized networks in PyTorch and writes them as network files (extra `torch`).

python -m spicekit.network.bnn.train digits_dense -o digits_dense.npz
python -m spicekit.network.bnn.train cifar10_convolutional --path FOLDER --checkpoint run.pt -o cifar10.npz
python -m spicekit.network.bnn.train mnist_dense --path FOLDER --error-rate 0.04 --seed 1 -o aware.npz
python -m spicekit.network.bnn.train mnist_dense --path FOLDER --start run.pt --learning-rate 2e-3 -o finer.npz

The same command goes on from its --checkpoint after an interruption, and ends as if there had been none. Choose by the
validation accuracy; that of the test samples is computed once, at the end.
"""

import argparse
import math
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from spicekit.errors import InputError
from spicekit.network.bnn.train_options import check, parser_of, without_torch

try:
    import torch
    from torch import nn
    from torch.nn import functional
except ModuleNotFoundError:
    if __name__ != "__main__":
        raise
    raise without_torch() from None

from spicekit.network.bnn.checkpoint import begin_with, go_on, save_checkpoint
from spicekit.network.bnn.file import save_network
from spicekit.network.bnn.from_torch import from_torch
from spicekit.network.bnn.modules import BinaryConv2d, BinaryLinear, Stream
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.reference import REFERENCES, Reference
from spicekit.network.bnn.streams import fixed_point_classes, levels_of
from spicekit.network.data import Dataset, load_data

_SETTLED = 10_000  # samples that batch norms are settled on, at least where there are more
_EVERY = 60.0  # seconds between words about an epoch that is not done


def train(
    reference: Reference, data: Dataset, *, error_rate: float = 0.0, epochs: int | None = None, seed: int = 0,
    checkpoint: Path | None = None, start: Path | None = None, bfloat16: bool | None = None,
    say: Callable[[str], None] | None = None,
) -> nn.Sequential:  # fmt: skip
    """Return the trained model, in evaluation mode.

    Deterministic on one thread of one machine. Hidden weights are clipped to ±1; the learning rate falls as a cosine.
    All that is random in an epoch follows from seed and epoch alone.

    Args:
        data: its test samples are judged after each epoch and do nothing else: `data.held_out(…)` has validation
            samples in their place.
        error_rate: share of weights that are read wrong during training, anew at each step.
        checkpoint: file to go on from and to write after each epoch.
        start: checkpoint of another training; its weights are where this one begins.
        bfloat16: precision of sums and gradients; None: in networks with convolutions on a processor that has it.
        say: takes a line about each epoch, and about each minute of one.

    Raises:
        InputError: `start` or `checkpoint` is of another network, `start` is missing, `checkpoint` is of a training
            that was asked for otherwise.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    model = reference.model(data).to(memory_format=torch.channels_last)
    if start is not None:
        begin_with(start, model)
    for module in model:
        if isinstance(module, BinaryLinear | BinaryConv2d):
            module.error_rate = error_rate
    epochs = epochs or reference.epochs
    if bfloat16 is None:
        bfloat16 = _fast_in_bfloat16(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=reference.learning_rate)
    asked = {
        "samples": len(data.train_labels), "epochs": epochs, "seed": seed, "error rate": error_rate,
        "learning rate": reference.learning_rate, "batch": reference.batch, "bfloat16": bfloat16,
        "training samples": str(reference.augment),
    }  # fmt: skip
    first = 0
    if checkpoint is not None and checkpoint.exists():
        first = go_on(checkpoint, model, optimizer, asked)
    begun = time.monotonic()
    for epoch in range(first, epochs):
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            loss = _epoch(reference, model, data, optimizer, epoch, epochs, seed, say)
            right = accuracy(model, data) if say else 0.0
        if checkpoint is not None:
            save_checkpoint(checkpoint, model, optimizer, epoch + 1, asked)
        if say:
            spent = time.monotonic() - begun
            to_go = spent / (epoch + 1 - first) * (epochs - epoch - 1)
            say(
                f"epoch {epoch + 1}/{epochs}: loss {loss:.3f}, validation {right:.2%}, {_minutes(spent)}, "
                f"{_minutes(to_go)} to go"
            )
    _settle(model, data.train_inputs, reference.batch)
    return model.eval()


def _epoch(
    reference: Reference, model: nn.Sequential, data: Dataset, optimizer: torch.optim.Optimizer,
    epoch: int, epochs: int, seed: int, say: Callable[[str], None] | None,
) -> float:  # fmt: skip
    """Train on all training samples once; return the mean loss."""
    generator = np.random.default_rng([seed, epoch])
    order = generator.permutation(len(data.train_labels))
    torch.manual_seed(int(generator.integers(1 << 62)))  # for weights that are read wrong, and streams
    model.train()
    total, said = 0.0, time.monotonic()
    starts = range(0, len(order), reference.batch)
    for step, at in enumerate(starts):
        chosen = order[at : at + reference.batch]
        if len(chosen) < 2:  # no variance for batch norm
            continue
        images = data.train_inputs[chosen]
        if reference.augment:
            images = reference.augment(images, generator)
        done = (epoch + step / len(starts)) / epochs
        for group in optimizer.param_groups:
            group["lr"] = reference.learning_rate * (1 + math.cos(math.pi * done)) / 2
        optimizer.zero_grad()
        loss = functional.cross_entropy(
            model(_channels_first(images)).float(), torch.from_numpy(data.train_labels[chosen])
        )
        loss.backward()
        optimizer.step()
        total += loss.item() * len(chosen)
        for module in model:
            if isinstance(module, BinaryLinear | BinaryConv2d):
                module.weight.data.clamp_(-1, 1)
            elif isinstance(module, nn.BatchNorm2d):
                module.weight.data.clamp_(min=0)  # so that bits can be pooled in the place of sums
        if say and time.monotonic() - said > _EVERY:
            said = time.monotonic()
            say(f"epoch {epoch + 1}/{epochs}: {(at + len(chosen)) / len(order):.0%} of its samples")
    return total / len(order)


def _channels_first(images: np.ndarray) -> torch.Tensor:
    """Return images as PyTorch counts their axes; in memory channels stay last, which is faster."""
    return torch.from_numpy(images).permute(0, 3, 1, 2)


def _fast_in_bfloat16(model: nn.Sequential) -> bool:
    """Return whether a model has convolutions, and the processor multiplies in bfloat16."""
    names = "_is_avx512_bf16_supported", "_is_amx_tile_supported"
    has = any(getattr(torch.cpu, name, bool)() for name in names)
    return has and any(isinstance(module, nn.Conv2d) for module in model)


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 600 else f"{seconds:.0f} s"


def _settle(model: nn.Sequential, inputs: np.ndarray, batch: int) -> None:
    """Take the means and variances of batch norms over all training samples, or every so many of them.

    The last few batches alone, as PyTorch keeps them, are too few: thresholds are off, by up to a point of accuracy.
    Each batch has samples of the whole set: where those of one patient or one hand follow each other, a batch of them
    alone would be normalized by its own mean, which no chip does.
    """
    norms = [module for module in model if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # PyTorch: the plain mean over batches
    model.train()
    inputs = inputs[:: max(1, len(inputs) // _SETTLED)]
    batches = max(1, len(inputs) // batch)
    with torch.no_grad():
        for first in range(batches):
            model(_channels_first(inputs[first::batches]))


def accuracy(model: nn.Sequential, data: Dataset) -> float:
    """Return the share of test samples that the model gets right."""
    return float((classes_of(model, data) == data.test_labels).mean())


def classes_of(model: nn.Sequential, data: Dataset) -> np.ndarray:
    """Return what the model says of the test samples."""
    model.eval()
    with torch.no_grad():
        parts = (data.test_inputs[at : at + 1000] for at in range(0, len(data.test_inputs), 1000))
        return torch.cat([model(_channels_first(part)).argmax(1) for part in parts]).numpy()


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
    parser = parser_of(__doc__, REFERENCES)
    parser.add_argument(
        "--validation", type=int,
        help="training samples that are held out and judged after each epoch (a tenth, 5,000 at most)",
    )  # fmt: skip
    parser.add_argument(
        "--error-rate", type=float, default=0.0, help="of weights, during training: 0 ... 0.5"
    )
    parser.add_argument("--checkpoint", type=Path, help="go on from here, and write after each epoch")
    parser.add_argument("--start", type=Path, help="checkpoint of an earlier training to begin with")
    parser.add_argument(
        "--learning-rate", type=float, help="of the first step; default: that of the reference"
    )
    parser.add_argument("--batch", type=int, help="samples of one step")
    parser.add_argument(
        "--shift", type=int, metavar="PIXELS", help="samples are shifted by up to so many, 0: not at all"
    )
    parser.add_argument(
        "--float32", action="store_true", help="no bfloat16, which the processor may have for convolutions"
    )
    parser.add_argument("-o", "--output", type=Path, required=True, help="network file (.npz)")
    args = parser.parse_args(arguments)
    reference = REFERENCES[args.reference]
    try:
        check(args)
        if args.output.suffix != ".npz":
            raise InputError(f"--output: got {args.output.name}, expected a name that ends in .npz")
        reference = replace(
            reference, model=partial(reference.model, width=args.width), epochs=args.epochs or reference.epochs,
            learning_rate=args.learning_rate or reference.learning_rate, batch=args.batch or reference.batch,
        )  # fmt: skip
        if args.shift is not None:
            reference = replace(reference, augment=replace(reference.augment, shift=args.shift))
        for option, path in (("--output", args.output), ("--checkpoint", args.checkpoint)):
            if path is not None and not path.parent.is_dir():  # better now than after the training
                raise InputError(f"{option}: there is no folder {path.parent} for {path.name}: make it first")
        data = load_data(reference.data, args.path)
        known = data.held_out(args.validation)
        model = train(
            reference, known, error_rate=args.error_rate, seed=args.seed, checkpoint=args.checkpoint,
            start=args.start, bfloat16=False if args.float32 else None, say=partial(print, flush=True),
        )  # fmt: skip
    except InputError as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    except KeyboardInterrupt:
        kept = (
            "the same command goes on" if args.checkpoint else "nothing was kept, as there is no --checkpoint"
        )
        parser.exit(130, f"interrupted: {kept}\n")
    shape = data.train_inputs.shape[1:]
    found = judged(_classes(model, from_torch(model, args.output.stem, shape), data), data)
    bfloat16 = not args.float32 and _fast_in_bfloat16(model)
    notes = "; ".join([f"{data.name} ({data.split})", *_notes(reference, known, args, bfloat16), found])
    network = from_torch(model, args.output.stem, shape, notes, data.train_inputs.transpose(0, 3, 1, 2))
    save_network(network, args.output)
    print(
        f"{args.output}: {network.weights} weights, validation accuracy {accuracy(model, known):.2%}, {found}"
    )


def _notes(reference: Reference, known: Dataset, args: argparse.Namespace, bfloat16: bool) -> list[str]:
    """Return in words what a network was trained on, and how."""
    return [
        f"trained on {len(known.train_labels)} samples, {reference.augment}",
        f"{len(known.test_labels)} more for validation",
        f"{reference.epochs} epochs of batches of {reference.batch}, learning rate {reference.learning_rate:g}",
        *([] if args.start is None else [f"begun with {args.start.name}"]),
        f"error rate in training {args.error_rate:g}",
        f"seed {args.seed}, sums in {'bfloat16' if bfloat16 else 'float32'}",
    ]


if __name__ == "__main__":
    main()
