"""A foreign Verilog-A module, changed so far that its state can be set and its parameters altered in place."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from spicekit.errors import InputError, did_you_mean
from spicekit.models.foreign.hidden_state import refuse_hidden_state, without_comments
from spicekit.ngspice.verilog_a import module_name

STORED = 1e-9
"""Farad that hold the state where the module hands its storage to the netlist."""
_HOLD = 1e18
"""Siemens that hold the state at the start: enough for one that a farad stores, within a femtosecond."""
_PORTS = re.compile(r"\bmodule\s+\w+\s*\(([^)]*)\)\s*;")
_DECLARED = re.compile(r"\b(?:electrical|thermal)\s+([^;]*);")
_PARAMETER = re.compile(
    r"\bparameter\s+(?:real|integer)\s+([A-Za-z_]\w*)\s*=\s*([^;]*?)(?:\s+from\b[^;]*|\s+exclude\b[^;]*)?;"
)
_NUMBER = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)([TGMKkmunpfa])?", re.IGNORECASE)
_SCALES = {
    "T": 1e12,
    "G": 1e9,
    "M": 1e6,
    "K": 1e3,
    "k": 1e3,
    "m": 1e-3,
    "u": 1e-6,
    "n": 1e-9,
    "p": 1e-12,
    "f": 1e-15,
}


@dataclass(frozen=True)
class Module:
    """The module as it was found, with the node of the state among its ports."""

    file: str
    name: str
    text: str = field(repr=False)
    pins: tuple[str, ...]
    own_pins: tuple[str, ...]  # without those that were added
    defaults: Mapping[str, str]  # parameters with the text of their values
    storage: str | None  # parameter that takes the storage of the state out of the module

    letter = "n"
    """Of its instances."""

    def nominal(self, parameter: str, key: str) -> float:
        """Return the value that the module gives a parameter; `key` of the card is for messages.

        Raises:
            InputError: there is none, or it is no plain number.
        """
        if parameter not in self.defaults:
            raise InputError(
                f"{self.file}: `{key}`: module `{self.name}` has no parameter `{parameter}`"
                f"{did_you_mean(parameter, self.defaults)}; it has "
                f"{', '.join(f'`{name}`' for name in sorted(self.defaults)) or 'none'}"
            )
        found = _NUMBER.fullmatch(self.defaults[parameter].strip())
        if found is None:
            raise InputError(
                f"{self.file}: `{key}`: `{parameter}` is `{self.defaults[parameter]}` there, expected a plain number: "
                f"give its value in the card, `[parameters] {parameter} = ...`"
            )
        return float(found[1]) * _SCALES.get(found[2] or "", 1.0)

    @property
    def state_command(self) -> str:
        """The command that sets where the state starts, for an instance and then a value."""
        return "alter @c.{}.cgap[ic]={{}}" if self.storage else "alter v.{}.vstart={{}}"

    def command(self, parameter: str) -> str:
        """Return the command that sets a parameter, for an instance and then a value."""
        return f"alter @n.{{}}.nd[{parameter}]={{{{}}}}"

    def sources(self, drawn: Sequence[str]) -> tuple[str, ...]:
        """Return the text to be compiled, in which each instance can have its own of what is `drawn`."""
        text = self.text
        for name in drawn:
            text = re.sub(
                rf"\bparameter(\s+(?:real|integer)\s+{re.escape(name)}\b)",
                r'(* type="instance" *) parameter\1',
                text,
            )
        return (text,)

    def instance(self, nodes: Sequence[str], values: Mapping[str, float]) -> list[str]:
        """Return the lines of an instance between `nodes`, among which is ``gap``, inside of the wrapper."""
        given = dict(values) | ({self.storage: 0.0} if self.storage else {})
        card = "".join(f"\n+ {name}={value!r}" for name, value in given.items())
        held = (
            [f"cgap gap 0 {STORED!r} ic={{gap_initial}}"]
            if self.storage
            else [
                # What holds the state at the start lets go before anything else happens. It has no current of its own
                # to be solved for, which rounding errors would keep from converging; resistors would be cut off at 1p.
                "vstart start 0 dc {gap_initial}",
                f"gstart 0 held start 0 {_HOLD:g}",
                f"ghold held 0 held 0 {_HOLD:g}",
                "sstart gap held sk_start 0 starting",
                f".model starting sw(vt=0.5 ron={1 / _HOLD:g} roff=1e30)",
            ]
        )
        return [f".model card {self.name}{card}", f"nd {' '.join(nodes)} card", *held]

    def definition(self, drawn: Sequence[str], values: Mapping[str, float]) -> list[str]:  # noqa: ARG002
        """Return what stands beside the wrapper: nothing."""
        return []

    @property
    def started(self) -> bool:
        """Whether circuits need the node ``sk_start``, which is 1 V at the very start and 0 V then."""
        return self.storage is None


def find_module(text: str, file: str, state: str, storage: str | None, heat: str | None = None) -> Module:
    """Return the module of a Verilog-A text whose nodes `state` and `heat` are, or become, ports.

    Raises:
        InputError: no module or several, no such node, state kept in variables, no parameter `storage`.
    """
    try:
        name = module_name(text)
    except InputError as error:
        raise InputError(f"{file}: {error}") from None
    refuse_hidden_state(text, file)
    plain = without_comments(text)
    header = _PORTS.search(plain)
    if header is None:
        raise InputError(f"{file}: expected `module {name}(PORT, ...);`")
    ports = [re.split(r"\s+", port.strip())[-1] for port in header[1].split(",") if port.strip()]
    nodes = {node.strip() for found in _DECLARED.finditer(plain) for node in found[1].split(",")}
    for key, node in (("state.node", state), ("model.heat", heat)):
        if node is not None and node not in (*ports, *nodes):
            raise InputError(
                f"{file}: `{key}`: module `{name}` has no node `{node}`{did_you_mean(node, nodes)}: its nodes are "
                f"{', '.join(f'`{node}`' for node in sorted(nodes)) or 'none'}"
            )
    _refuse_integral(plain, file, state)
    more = list(dict.fromkeys(node for node in (state, heat) if node is not None and node not in ports))
    if more:
        head, added = plain[: header.end()].rstrip().rstrip(";").rstrip().removesuffix(")"), ", ".join(more)
        text = f"{text[: len(head)]}, {added});\n    inout {added};{text[header.end() :]}"
    defaults = {found[1]: found[2].strip() for found in _PARAMETER.finditer(plain)}
    if storage is not None and storage not in defaults:
        raise InputError(
            f"{file}: `state.storage`: module `{name}` has no parameter `{storage}`{did_you_mean(storage, defaults)}"
        )
    return Module(file, name, text, (*ports, *more), tuple(ports), defaults, storage)


def _refuse_integral(text: str, file: str, state: str) -> None:
    """Refuse a state that is a voltage `idt(...)`: nothing can be set there.

    Raises:
        InputError: with the line to write in its place.
    """
    found = re.search(rf"\bV\s*\(\s*{re.escape(state)}\s*\)\s*<\+\s*idt\s*\(([^;]*)\)\s*;", text)
    if found is None:
        return
    rate = found[1].split(",")[0].strip() if "(" not in found[1] else "rate"
    line = text.count("\n", 0, found.start()) + 1
    raise InputError(
        f"{file}, line {line}: `{' '.join(found[0].split())}`: `idt` holds the state as a voltage, so that it cannot "
        f"be set where a device starts: write `I({state}) <+ ddt(1e-9 * V({state})) - 1e-9 * {rate};`, which charges 1 "
        "nF by the same rate; where it starts is said by `[initial]` of the card"
    )
