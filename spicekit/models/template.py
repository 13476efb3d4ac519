"""Subcircuit texts with a mark in the place of the values, and the Verilog-A texts beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.models.quantity import Quantity
from spicekit.ngspice.allowed import check_subcircuit
from spicekit.ngspice.flat import read_netlist
from spicekit.ngspice.lines import Line, logical_lines, without_blanks

MARK = "*PARAMETERS*"


@dataclass(frozen=True)
class Template:
    """A subcircuit without its values."""

    text: str
    subcircuit_name: str  # as the `.subckt` line has it, in lower case
    verilog_a: str  # reference text of the same equations; "" if none


@dataclass(frozen=True)
class Interface:
    """What circuits need of a subcircuit, whose inside they alter and watch."""

    like: str  # the bundled file that has all of it
    pins: int
    parameters: tuple[str, ...]  # of the `.subckt` line
    elements: tuple[str, ...]  # altered from sample to sample
    nodes: tuple[str, ...] = ()  # watched


def find_template(card_path: Path, name: str, folder: str, interface: Interface) -> Template:
    """Return the subcircuit file `name` from beside a card, else from `device_models`/`folder`.

    The Verilog-A text stands beside it and is named like it.

    Raises:
        InputError: no such file, no mark or `.subckt` in it, a line that is not known to be good, or something of the
            `interface` is missing.
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
    lines = logical_lines(text, str(path))
    header = next((line.text.lower().split() for line in lines if line.word == ".subckt"), None)
    if header is None:
        raise InputError(f"{card_path}: `meta.subcircuit`: `{name}` holds no .subckt")
    _check_interface(path, header[2:], lines, interface)
    reference = path.with_suffix(".va")
    verilog_a = reference.read_text(encoding="utf-8", errors="replace") if reference.is_file() else ""
    return Template(text, header[1], verilog_a)


def _check_interface(path: Path, header: list[str], lines: list[Line], wanted: Interface) -> None:
    given = without_blanks(" ".join(header)).replace("params:", "").split()
    pins = [word for word in given if "=" not in word]
    parameters = [word.partition("=")[0] for word in given if "=" in word]
    nodes = {
        node for line in lines if not line.word.startswith(".") for node in line.text.lower().split()[1:5]
    }
    there = (
        ("parameter", wanted.parameters, parameters),
        ("element", wanted.elements, [line.word for line in lines]),
        ("node", wanted.nodes, nodes),
    )
    missing = [f"{what} `{name}`" for what, names, known in there for name in names if name not in known]
    if len(pins) != wanted.pins:
        missing.insert(0, f"{wanted.pins} pins (it has {len(pins)}: {' '.join(pins)})")
    if missing:
        raise InputError(
            f"{path}: the subcircuit has no {', no '.join(missing)}: spicekit alters and watches these from sample to "
            f"sample, so that the subcircuit of a card must be built like `{wanted.like}`"
        )


def filled(text: str, quantities: Mapping[str, Quantity], *more: str) -> str:
    """Return a subcircuit text with `.param` lines of the `quantities`, and `more` lines, in the place of the mark."""
    lines = [f".param {k}={q.value!r}  $ {q.unit}, {q.status}" for k, q in quantities.items()]
    return text.replace(MARK, "\n".join([*lines, *more]))
