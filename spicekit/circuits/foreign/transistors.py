"""Transistors of a user's netlist: which technology they are of, and the mismatch that each gets.

A device of the process (`sky130_fd_pr__nfet_01v8`, or a name of the user's library) becomes its card with the foundry's
mismatch. What a library in the netlist draws by itself is read out of its text. Any other MOS transistor gets a stated
law of area: a source in series with its gate, and its multiplier.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from spicekit.circuits.foreign.bins import said_of, without_other_bins
from spicekit.circuits.foreign.parts import Element, Parts, parts_of
from spicekit.circuits.foreign.source import Source
from spicekit.errors import InputError, did_you_mean
from spicekit.models.transistor import InstanceText, Process, Transistor
from spicekit.ngspice.lines import Line, element_words, logical_lines
from spicekit.ngspice.numbers import spice_number
from spicekit.ngspice.refusals import options
from spicekit.ngspice.wiring import wired, without_unused

_METRES = 1e-3  # sizes of a process below are in metres: no transistor is a thousand of its units short
_OF_LAW = {"normal": (1.0, "normal"), "uniform": (1 / sqrt(3), "uniform"), "sign": (1.0, "sign")}
_FINGERS = ("nf", "m", "mult")


@dataclass(frozen=True)
class AreaLaw:
    """Mismatch of the transistors of one model: sigma = A / sqrt(W L)."""

    model: str
    threshold: float  # A_VT, V m
    current: float  # A_beta, m


@dataclass(frozen=True)
class Mismatch:
    """One parameter of one transistor that spreads."""

    device: str  # path in the user's netlist, such as "x1.m2"
    name: str  # of the coordinate, such as "x1.m2.vth0"
    command: str
    nominal: float
    sigma: float
    law: str = "normal"  # of `spicekit.ngspice.draws.LAWS`
    shared: bool = False  # of the process: one for all transistors


@dataclass(frozen=True)
class Drawn:
    """A netlist with the transistors of a process in it, and what spreads."""

    source: Source
    parts: Parts
    mismatch: tuple[Mismatch, ...]  # and process parts
    transistors: tuple[str, ...]  # paths of all
    technology: str  # of the devices of the process; "" if it has none

    def without(self, mismatch: Collection[Mismatch]) -> tuple[str, ...]:
        """Return the transistors that have none of these parameters."""
        found = {one.device for one in mismatch if not one.shared}
        paths = ((path, path.split(".")) for path in self.transistors)
        return tuple(
            path
            for path, parts in paths
            if not any(".".join(parts[:depth]) in found for depth in range(1, len(parts) + 1))
        )


def with_process(
    source: Source,
    process: Process,
    laws: Sequence[AreaLaw] = (),
    settings: Sequence[Mapping[str, float]] = (),
) -> Drawn:
    """Return the netlist with devices of the process as it draws them, and the mismatch of all transistors.

    `settings` are the values that its `.param` will be set to, by name: for each the bins of models are kept.

    Raises:
        InputError: a size that is no plain number or that the process does not have, or a law for a model that no
            transistor has.
        SimulatorError: ngspice does not load the netlist.
    """
    known = frozenset(process.devices)
    before = parts_of(source, known)
    lines: dict[tuple[str, int], tuple[Line, ...]] = {}
    found: list[Mismatch] = []
    used = False
    for element in before.elements.values():
        if element.defined:
            continue
        used = True
        instance = _instance(element, process)
        lines[element.line.file, element.line.number] = tuple(
            replace(element.line, parts=tuple(text.split("\n+")))
            for text in (*instance.cards, *instance.lines)
        )
        found += _of_process(element, instance)
    legal = [e for e in before.elements.values() if e.letter == "m" and e.model]
    by_law = [(e, law) for e in legal for law in laws if _bare(e.model) == law.model.lower()]
    for law in laws:
        if not any(law is one for _, one in by_law):
            names = sorted({_bare(e.model) for e in legal})
            raise InputError(
                f"{source.file}: `mismatch` of model `{law.model}`: no transistor of the netlist has it"
                f"{did_you_mean(law.model.lower(), names)}; there are {', '.join(names) or 'none'}"
            )
    for element, law in by_law:
        if law.threshold:
            lines[element.line.file, element.line.number] = _with_offset(element)
    header = tuple(logical_lines("\n".join(process.header), process.name)) if used else ()
    changed = (new for line in source.lines for new in lines.get((line.file, line.number), (line,)))
    _check_scale(source, used)
    drawn = without_other_bins(replace(source, lines=(*header, *changed)), settings)
    text, coordinates = wired(without_unused(drawn.lines))
    drawn = replace(source, lines=tuple(text))
    parts = parts_of(drawn)
    if by_law:
        found += _by_law(drawn, by_law)
    found += [Mismatch(c.device, c.name, c.set_by, 0.0, *_OF_LAW[c.law], c.shared) for c in coordinates]
    return Drawn(
        drawn,
        parts,
        tuple(one for one in found if one.sigma),
        tuple(e.path for e in before.elements.values() if e.letter == "m" or not e.defined),
        process.name if used else "",
    )


def _check_scale(source: Source, in_metres: bool) -> None:
    """Refuse another unit of sizes where ours are among them."""
    for line in source.lines:
        if in_metres and line.word == ".options" and any(name == "scale" for name, _ in options(line)):
            raise InputError(
                f"{line.place}: `{line.excerpt}`: sizes are in metres beside transistors of the experiment's own "
                "technology: remove `scale`, or take all transistors from this library"
            )


def _bare(model: str) -> str:
    """Return the name of a model without the subcircuit that it is in."""
    return model.rpartition(":")[2]


def _numbers(element: Element) -> Mapping[str, str]:
    return {
        name.lower(): text
        for name, _, text in (word.partition("=") for word in element_words(element.line))
        if text
    }


def _size(element: Element, name: str, process: Process) -> float:
    text = _numbers(element).get(name, "")
    value = spice_number(text)
    if value is None or value <= 0:
        raise InputError(
            f"{element.line.place}: `{element.line.excerpt}`: expected `{name}=` with a plain number, as its "
            "card is that of "
            "one size; for several sizes write a subcircuit of each"
        )
    return value if value < _METRES else float(f"{value * process.drawn_unit:.12g}")


def _multiplier(element: Element) -> int:
    numbers = _numbers(element)
    for name in _FINGERS:
        value = spice_number(numbers.get(name, "1"))
        if value is None or value != round(value) or value < 1 or (name == "nf" and value != 1):
            raise InputError(
                f"{element.line.place}: `{element.line.excerpt}`: expected `{name}` "
                f"{'1: cards are of one finger, `m=` puts several in parallel' if name == 'nf' else 'a whole number'}"
            )
    return round((spice_number(numbers.get("m", "1")) or 1) * (spice_number(numbers.get("mult", "1")) or 1))


def _instance(element: Element, process: Process) -> InstanceText:
    kind = process.devices[element.rest[0].lower()]
    if len(element.nodes) != 4:
        raise InputError(
            f"{element.line.place}: `{element.line.excerpt}`: expected four nodes: drain, gate, source, bulk"
        )
    try:
        transistor = Transistor(kind, _size(element, "w", process), _size(element, "l", process))
        drain, gate, source, bulk = element_words(element.line)[1:5]
        name = element.path.rpartition(".")[2]
        found = process.instance(name, drain, gate, source, bulk, transistor)
    except InputError as error:
        text = str(error)
        raise InputError(
            text if text.startswith(element.line.file) else f"{element.line.place}: {text}"
        ) from None
    several = _multiplier(element)
    if several == 1:
        return found
    return replace(found, lines=(*found.lines[:-1], f"{found.lines[-1]} m={several}"))


def _of_process(element: Element, instance: InstanceText) -> Iterator[Mismatch]:
    prefix, _, name = element.path.rpartition(".")
    shared = sqrt(_multiplier(element))
    for one in instance.spread:
        yield Mismatch(
            element.path,
            f"{element.path}.{one.name.removeprefix(name + '.')}",
            _inside(one.command, prefix),
            one.nominal,
            one.sigma / shared,
        )


def _inside(command: str, prefix: str) -> str:
    """Return the command for an element of a subcircuit's instance."""
    if not prefix:
        return command
    verb, what, rest = (
        command.split(" ", 2) if command.startswith("altermod") else (*command.split(" ", 1), "")
    )
    return f"{verb} {prefix}:{what} {rest}" if verb == "altermod" else f"{verb} {what[0]}.{prefix}.{what}"


def _with_offset(element: Element) -> tuple[Line, ...]:
    words = element_words(element.line)
    name = words[0].lower()
    offset = f"vos_{name} {words[2]} gate_{name} 0"
    return (
        replace(element.line, parts=(offset,)),
        replace(element.line, parts=(" ".join([*words[:2], f"gate_{name}", *words[3:]]),)),
    )


def _by_law(drawn: Source, transistors: Sequence[tuple[Element, AreaLaw]]) -> Iterator[Mismatch]:
    text = [line.written() for line in drawn.lines if line.word != ".tran"]
    said = said_of([(e, key) for e, _ in transistors for key in ("w", "l", "m")], text, drawn)
    for element, law in transistors:
        width, length, several = (said[element.path, key] for key in ("w", "l", "m"))
        area = sqrt(width * length * several)
        if not area > 0:
            raise InputError(
                f"{element.line.place}: `{element.line.excerpt}`: ngspice says it has no area: give `w` and `l`"
            )
        prefix, _, name = element.path.rpartition(".")
        source = f"v.{prefix}.vos_{name}" if prefix else f"vos_{name}"
        yield Mismatch(element.path, f"{element.path}.vth", f"alter {source}={{}}", 0.0, law.threshold / area)
        command = f"alter @{element.in_ngspice}[m]={{}}"
        yield Mismatch(element.path, f"{element.path}.beta", command, several, several * law.current / area)
