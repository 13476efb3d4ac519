"""PyTorch modules whose binary weights stand on one programmed chip, for use and for training there (extra `torch`).

Each weight is hidden behind what its cell reads: which cells read wrong where +1 is stored, and which where -1 is, is
fixed by the chip, as in `faults.program`. Training changes what is stored; the chip stays as it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parametrize

from spicekit.errors import InputError
from spicekit.network.bnn.faults import erring
from spicekit.network.bnn.layers import Flatten
from spicekit.network.bnn.modules import BinaryConv2d, BinaryLinear
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.rates import ErrorRates, rates_of
from spicekit.network.bnn.tiling import PUBLISHED, Block, dense_tiles
from spicekit.statistics import Condition


@dataclass(frozen=True)
class _Placed:
    """A weight of the model, and how it lies in the memory."""

    layer: str | int  # that its cells are drawn for
    module: nn.Module
    weight: str
    flattened: tuple[int, ...] | None = None  # (height, width, channels) that its inputs were before


class _AsRead(torch.autograd.Function):
    """What cells read of what is stored in them; backward the gradient passes straight through to what is stored."""

    @staticmethod
    def forward(
        ctx: Any, hidden: torch.Tensor, plus: torch.Tensor, minus: torch.Tensor, signs: bool
    ) -> torch.Tensor:
        ctx.save_for_backward(hidden)
        ctx.signs = signs
        stored = hidden >= 0
        wrong = torch.where(stored, plus, minus)
        size = torch.ones_like(hidden) if signs else hidden.abs()
        turned = size.clamp(
            min=torch.finfo(hidden.dtype).tiny
        )  # a zero is stored as +1, and turned has a sign
        size = torch.where(wrong, turned, size)
        return torch.where(stored ^ wrong, size, -size)

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None, None, None]:
        (hidden,) = ctx.saved_tensors
        passes = hidden.abs() <= 1 if ctx.signs else torch.ones_like(hidden, dtype=torch.bool)
        return gradients[0] * passes, None, None, None


class OnChip(nn.Module):
    """Parametrization of a weight: hidden values to what the cells read of their signs.

    The chip's errors are no part of the state: a `state_dict` has what is stored, and loads onto another chip.
    """

    plus: torch.Tensor  # of the weight's shape: reads -1 where +1 is stored
    minus: torch.Tensor  # reads +1 where -1 is stored

    def __init__(self, plus: torch.Tensor, minus: torch.Tensor, signs: bool) -> None:
        super().__init__()
        self.register_buffer("plus", plus, persistent=False)
        self.register_buffer("minus", minus, persistent=False)
        self.signs = signs  # +1 and -1; else a weight keeps its size

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        return _AsRead.apply(hidden, self.plus, self.minus, self.signs)  # type: ignore[return-value]


def on_chip(
    model: nn.Module,
    rates: ErrorRates | Condition,
    number: int = 0,
    *,
    seed: int = 0,
    programming: int = 0,
    verify: int = 0,
    network: Network | None = None,
    name: str = "own",
    weights: Sequence[str] = (),
    block: Block = PUBLISHED,
) -> nn.Module:
    """Put the model's binary weights onto chip `number`, in place, and return the model.

    Called again it puts them onto another chip, or programs the same one again. The chip's wrong weights are there in
    training and in use; gradients pass straight through to what is stored. `model.weight` is what the chip reads, so
    that `from_torch` of such a model gives the network as it stands on the chip.

    Args:
        rates: of both values, with the amplifier's share and what stays with pairs; of a condition the best ones.
        seed, programming: as of `faults.program`.
        verify: times that a cell which reads wrong is programmed again, at most.
        network: what `from_torch` makes of this model. Then the wrong weights are bit for bit those that NumPy puts
            into that network, whatever names and places the modules have.
        name: of the network, without one; each layer draws under its path in the model, in which names are fixed.
        weights: names of parameters that are used by their sign, besides those of BinaryLinear and BinaryConv2d, such
            as "features.0.weight": (outputs, inputs, ...). PyTorch's own layers, which take no sign, get +1 and -1;
            in others a weight keeps its size, and a wrong one changes its sign.
        block: memory block; the rows of a column share an amplifier.

    Raises:
        InputError: a name that is no weight of the model, no weight at all, or a network that is not the model's.
    """
    found = rates_of(rates) if isinstance(rates, Condition) else rates
    for one in _placed(model, network, weights):
        module, weight = one.module, one.weight
        values = getattr(module, weight)
        shape = values.shape
        tiled = dense_tiles((int(np.prod(shape[1:])), shape[0]), block)[0]
        chip = (name if network is None else network.name, number)
        *_, wrong = erring(found, tiled, seed, chip, f"layer {one.layer}", programming, verify)
        plus, minus = (
            torch.from_numpy(_in_torch(of_value, shape, one.flattened)).to(values.device)
            for of_value in wrong
        )
        if (known := _known(module, weight)) is not None:
            known.plus, known.minus = plus, minus
            continue
        parametrize.register_parametrization(
            module, weight, OnChip(plus, minus, _signs(module, weight)), unsafe=True
        )
    return model


def off_chip(model: nn.Module) -> nn.Module:
    """Take the model off its chip, in place: its weights are again what was stored; return the model.

    Raises:
        InputError: a weight has other parametrizations, too, which PyTorch can only take off all at once.
    """
    for _, module, weight in list(_on_chips(model)):
        if len(module.parametrizations[weight]) > 1:  # type: ignore[index]
            raise InputError(
                f"`{weight}` of `{type(module).__name__}` has other parametrizations than its chip: remove them all "
                "with torch.nn.utils.parametrize.remove_parametrizations"
            )
        _own_class(module)
        parametrize.remove_parametrizations(module, weight, leave_parametrized=False)
    return model


def _own_class(module: nn.Module) -> None:
    """Part the class of a deep copy from that of its original, which PyTorch would take the weight off as well."""
    kind = type(module)
    own = {key: value for key, value in vars(kind).items() if key not in ("__dict__", "__weakref__")}
    module.__class__ = type(kind.__name__, kind.__bases__, own)


def wrong_weights(model: nn.Module) -> dict[str, torch.Tensor]:
    """Return by the name of each weight on a chip where it reads another sign than is stored: booleans of its shape."""
    found = {}
    for name, module, weight in _on_chips(model):
        known = _known(module, weight)
        assert known is not None
        found[name] = torch.where(_stored(module, weight) >= 0, known.plus, known.minus)
    return found


def _placed(model: nn.Module, network: Network | None, weights: Sequence[str]) -> list[_Placed]:
    ours = [(p, m) for p, m in model.named_modules() if isinstance(m, BinaryLinear | BinaryConv2d)]
    if network is not None:
        if weights:
            raise InputError("`weights` names layers that `network` has not: expected one of both")
        return _like(network, ours)
    named = []
    for full in weights:
        path, _, weight = full.rpartition(".")
        try:
            module = model.get_submodule(path)
            dimensions = getattr(module, weight).dim()
        except AttributeError:
            known = ", ".join(key for key, value in model.named_parameters() if value.dim() > 1)
            raise InputError(
                f"`weights`: the model has no `{full}`, expected names of its weights: {known or 'it has none'}"
            ) from None
        if dimensions < 2:
            shape = tuple(getattr(module, weight).shape)
            raise InputError(f"`weights`: `{full}` has the shape {shape}, expected (outputs, inputs, ...)")
        named.append(_Placed(full, module, weight))
    found = [_Placed(path, module, "weight") for path, module in ours] + named
    if not found:
        raise InputError(
            "the model has no BinaryLinear or BinaryConv2d: name the parameters that are used by their sign in "
            '`weights`, such as ["0.weight"]'
        )
    return found


def _like(network: Network, modules: list[tuple[str, nn.Module]]) -> list[_Placed]:
    layers = network.weighted
    shapes = [tuple(module.weight.shape) for _, module in modules]
    if [(s[0], int(np.prod(s[1:]))) for s in shapes] != [layer.weights.shape for _, layer in layers]:
        expected = ", ".join("x".join(map(str, layer.weights.shape)) for _, layer in layers)
        got = ", ".join("x".join(map(str, shape)) for shape in shapes)
        raise InputError(
            f"network `{network.name}` has weights {expected}, the model {got or 'none'}: expected what `from_torch` "
            "makes of this model"
        )
    found = []
    for (place, _), (_, module) in zip(layers, modules, strict=True):
        before = network.input_shape if place < 2 else network.shapes[place - 2]
        flat = before if isinstance(network.layers[place - 1], Flatten) and len(before) == 3 else None
        found.append(_Placed(place, module, "weight", flat))
    return found


def _in_torch(values: np.ndarray, shape: Sequence[int], flattened: tuple[int, ...] | None) -> np.ndarray:
    """Return values of cells (outputs, inputs), which lie channels last, in the order of a weight of PyTorch."""
    if len(shape) > 2:
        return np.moveaxis(values.reshape(shape[0], *shape[2:], shape[1]), -1, 1).copy()
    if flattened is None:
        return values
    return values.reshape(-1, *flattened).transpose(0, 3, 1, 2).reshape(len(values), -1)


def _on_chips(model: nn.Module) -> Iterator[tuple[str, nn.Module, str]]:
    for path, module in model.named_modules():
        if parametrize.is_parametrized(module):
            for weight in module.parametrizations:  # type: ignore[union-attr]
                if _known(module, weight) is not None:
                    yield ".".join(filter(None, (path, weight))), module, weight


def _known(module: nn.Module, weight: str) -> OnChip | None:
    if not parametrize.is_parametrized(module, weight):
        return None
    return next((one for one in module.parametrizations[weight] if isinstance(one, OnChip)), None)  # type: ignore[union-attr,index]


def _signs(module: nn.Module, weight: str) -> bool:
    """Return whether the chip gives +1 and -1: to layers of ours, and to those that take no sign themselves."""
    kind = type(module).__bases__[0] if parametrize.is_parametrized(module) else type(module)
    plain = kind.__module__.startswith("torch.nn.") and not parametrize.is_parametrized(module, weight)
    return plain or isinstance(module, BinaryLinear | BinaryConv2d)


def _stored(module: nn.Module, weight: str) -> torch.Tensor:
    """Return the values whose signs the chip stores: hidden ones, or what parametrizations before it make of them."""
    chain = module.parametrizations[weight]  # type: ignore[union-attr,index]
    values = (
        [chain.original]
        if chain.is_tensor
        else [getattr(chain, f"original{i}") for i in range(chain.ntensors)]
    )
    for one in chain:
        if isinstance(one, OnChip):
            break
        values = [one(*values)]
    return values[0].detach()
