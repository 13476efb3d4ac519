"""Options of the commands that train networks, and what they may be."""

import argparse
import math
import sys
from collections.abc import Iterable
from pathlib import Path

from spicekit.errors import InputError, install_extra

_RANGES: dict[str, tuple[float, float, str]] = {
    "validation": (1, math.inf, "1 sample or more"),
    "error_rate": (0, 0.5, "a rate from 0 to 0.5"),
    "width": (0.01, 100, "0.01 to 100 times the neurons of the reference"),
    "epochs": (1, math.inf, "1 or more"),
    "seed": (0, 2**32 - 1, "a whole number from 0 to 4294967295"),
    "learning_rate": (1e-12, 100, "a rate above 0, 100 at most, such as 1e-3"),
    "batch": (2, math.inf, "2 samples or more"),
    "shift": (0, math.inf, "0 or more pixels"),
}
"""Least and most of each option, and what is expected in words."""


def parser_of(description: str | None, references: Iterable[str]) -> argparse.ArgumentParser:
    """Return a parser with what every training takes; `references` are the networks by name."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("reference", choices=sorted(references), help="network to train")
    parser.add_argument("--path", type=Path, help="folder or file of the data")
    parser.add_argument("--width", type=float, default=1.0, help="hidden neurons, relative to the reference")
    parser.add_argument("--epochs", type=int, help="default: those of the reference")
    parser.add_argument("--seed", type=int, default=0, help="of beginning, order and errors")
    return parser


def check(options: argparse.Namespace) -> None:
    """Refuse options that no training has.

    Raises:
        InputError: one is out of range.
    """
    for name, value in vars(options).items():
        least, most, expected = _RANGES.get(name, (-math.inf, math.inf, ""))
        if expected and value is not None and not least <= value <= most:
            raise InputError(f"--{name.replace('_', '-')}: got {value:.12g}, expected {expected}")


def without_torch() -> SystemExit:
    """Say what is missing in one line, and return the exit to raise."""
    print(f"training needs PyTorch: {install_extra('torch')}", file=sys.stderr)
    return SystemExit(2)
