"""A training on disk, so that one that was interrupted goes on as if it had not been (extra `torch`)."""

import os
import pickle
from pathlib import Path
from typing import Any

import torch
from torch import nn

from spicekit.errors import InputError

_UNREADABLE = RuntimeError, KeyError, TypeError, ValueError, AttributeError, EOFError, pickle.UnpicklingError


def save_checkpoint(
    path: Path, model: nn.Module, optimizer: torch.optim.Optimizer, epoch: int, settings: dict[str, Any]
) -> None:
    """Write weights, the state of the optimizer, the number of epochs that are done, and what was asked for."""
    partial = path.with_name(f"{path.name}.partial")
    torch.save(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "epoch": epoch,
            "settings": settings,
        },
        partial,
    )
    os.replace(partial, path)  # an interruption leaves the checkpoint before it whole


def go_on(
    path: Path, model: nn.Module, optimizer: torch.optim.Optimizer, settings: dict[str, Any]
) -> int:  # fmt: skip
    """Put the state of a checkpoint into model and optimizer; return the number of epochs that are done.

    Raises:
        InputError: it is none, is of another network, or of a training that was asked for otherwise.
    """
    state = _read(path)
    try:
        found = dict(state["settings"])
        for key, value in settings.items():
            if found.get(key) != value:
                raise InputError(
                    f"{path}: is of a training with `{key}` {found.get(key)}, now it is {value}: ask for the same, "
                    "or give another --checkpoint"
                )
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        return int(state["epoch"])
    except _UNREADABLE:
        raise InputError(f"{path}: not a checkpoint of a network of this shape") from None


def begin_with(path: Path, model: nn.Module) -> None:
    """Put the weights of a checkpoint into a model.

    Raises:
        InputError: no such file, or not of a network of this shape.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file; expected what `--checkpoint` of an earlier training wrote")
    try:
        model.load_state_dict(_read(path)["model"])
    except _UNREADABLE:
        raise InputError(f"{path}: not a checkpoint of a network of this shape") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return torch.load(path, weights_only=True)
    except (*_UNREADABLE, OSError):
        raise InputError(f"{path}: not a checkpoint of a network of this shape") from None
