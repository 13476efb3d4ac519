"""Subcircuit texts with a mark in the place of the values, and the Verilog-A texts beside them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.models.quantity import Quantity
from spicekit.ngspice.allowed import check_subcircuit
from spicekit.ngspice.flat import read_netlist

MARK = "*PARAMETERS*"


@dataclass(frozen=True)
class Template:
    """A subcircuit without its values."""

    text: str
    subcircuit_name: str  # as the `.subckt` line has it, in lower case
    verilog_a: str  # reference text of the same equations; "" if none


def find_template(card_path: Path, name: str, folder: str) -> Template:
    """Return the subcircuit file `name` from beside a card, else from `device_models`/`folder`.

    The Verilog-A text stands beside it and is named like it.

    Raises:
        InputError: no such file, no mark or `.subckt` in it, or a control block.
    """
    for path in (card_path.parent / name, data_path("device_models", folder) / name):
        if path.is_file():
            break
    else:
        raise InputError(
            f"{card_path}: `meta.subcircuit`: no file `{name}` beside it or among the bundled models"
        )
    text = read_netlist(path)
    check_subcircuit(text, str(path))
    if MARK not in text.splitlines():
        raise InputError(f"{path}: no line `{MARK}` where the values of {card_path.name} would stand")
    header = re.search(r"^\.subckt\s+(\S+)", text, re.MULTILINE | re.IGNORECASE)
    if header is None:
        raise InputError(f"{card_path}: `meta.subcircuit`: `{name}` holds no .subckt")
    reference = path.with_suffix(".va")
    verilog_a = reference.read_text(encoding="utf-8", errors="replace") if reference.is_file() else ""
    return Template(text, header[1].lower(), verilog_a)


def filled(text: str, quantities: Mapping[str, Quantity], *more: str) -> str:
    """Return a subcircuit text with `.param` lines of the `quantities`, and `more` lines, in the place of the mark."""
    lines = [f".param {k}={q.value!r}  $ {q.unit}, {q.status}" for k, q in quantities.items()]
    return text.replace(MARK, "\n".join([*lines, *more]))
