"""Leads what subcircuits draw (`draws`) up to the top of a netlist, so that each instance has numbers of its own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from spicekit.errors import InputError
from spicekit.ngspice.draws import LAWS, PREFIX, PROCESS, free_label
from spicekit.ngspice.lines import Line, element_words

_MOST = 20_000  # coordinates of a netlist
_DEEPEST = 50
_TAKEN = re.compile(rf"\b{PREFIX}[a-z]_\w+\b(?!\s*=(?!=))")


@dataclass(frozen=True)
class Coordinate:
    """One number that a netlist draws, as a parameter at its top."""

    name: str  # "x1.mis_vth", or "process.mc_toxe"
    parameter: str  # "spicekit_n_x1_mis_vth"
    device: str  # path of the instance in which it is drawn, such as "x1"; "process.mc_toxe" itself outside of all

    @property
    def law(self) -> str:
        """Return one of `LAWS`."""
        return LAWS[self.parameter[len(PREFIX)]]

    @property
    def shared(self) -> bool:
        """Return whether it is of the process, one for all transistors."""
        return self.device.startswith(f"{PROCESS}.")

    @property
    def set_by(self) -> str:
        """Return the command that sets it."""
        return f"alterparam {self.parameter}={{}}"


@dataclass(frozen=True)
class _Need:
    """A parameter that each instance of a subcircuit takes, and where in it the number is drawn."""

    parameter: str
    path: tuple[str, ...]  # of the instance in it, such as ("xm1",)
    label: str  # "mis_vth"


@dataclass
class _Scope:
    outer: "_Scope | None" = None
    header: int = -1  # place of its `.subckt` line
    own: list[str] = field(default_factory=list)  # parameters that it draws
    inner: "dict[str, _Scope]" = field(default_factory=dict)
    elements: list[int] = field(default_factory=list)  # places of all elements
    needs: "list[_Need] | None" = None
    busy: bool = False  # its needs are being found


def drawn_by(lines: Sequence[Line], subcircuit: str) -> tuple[str, ...]:
    """Return the parameters of ours that instances of a subcircuit take."""
    for line in lines:
        if line.word == ".subckt" and line.text.lower().split()[1:2] == [subcircuit.lower()]:
            return tuple(_ours(line))
    return ()


def without_unused(lines: Sequence[Line]) -> list[Line]:
    """Return lines without those parameters of ours that nothing takes, such as of bins that were left out."""
    used, stack = {-1: set[str]()}, [-1]  # by the place of a `.subckt` line
    for place, line in enumerate(lines):
        if line.word == ".subckt":
            used[place] = set()
            stack.append(place)
        if PREFIX in line.text:
            names = _TAKEN.findall(line.text.lower())
            for scope in stack:
                used[scope].update(names)
        if line.word == ".ends" and len(stack) > 1:
            stack.pop()
    found = []
    for place, line in enumerate(lines):
        if line.word == ".subckt" and PREFIX in line.text:
            idle = set(_ours(line)) - used[place]
            kept = (word for word in element_words(line) if word.lower().partition("=")[0] not in idle)
            found.append(replace(line, parts=(" ".join(kept),)))
        elif line.word != ".param" or not set(_ours(line)) or set(_ours(line)) & used[-1]:
            found.append(line)
    return found


def wired(lines: Sequence[Line]) -> tuple[list[Line], tuple[Coordinate, ...]]:
    """Return lines in which each instance passes on what is drawn in it, and the coordinates of the whole.

    Subcircuits of a library may be wired before.

    Raises:
        InputError: with file and line, if subcircuits contain themselves, or there are too many coordinates.
    """
    if not any(PREFIX in line.text for line in lines):
        return list(lines), ()
    found, top = list(lines), _scopes(lines)
    needs = [need for need in _needs(top, found, 0) if need.path]
    elements = _owners(top, lines)
    coordinates = []
    for name in top.own:
        process = f"{PROCESS}.{_label(name)}"
        coordinates.append(
            Coordinate(_label(name) if name in elements else process, name, elements.get(name, process))
        )
    for need in needs:
        path = ".".join(need.path)
        coordinates.append(Coordinate(f"{path}.{need.label}", need.parameter, path))
    given = {name for line in lines if line.word == ".param" for name in _ours(line)}
    place = Line(lines[0].file, 0, ())
    new = [need.parameter for need in needs if need.parameter not in given]
    return [*(replace(place, parts=(f".param {name}=0",)) for name in new), *found], tuple(coordinates)


def _scopes(lines: Sequence[Line]) -> _Scope:
    top = here = _Scope()
    for place, line in enumerate(lines):
        if line.word == ".subckt":
            inner = _Scope(here, place, list(_ours(line)))
            here.inner[line.text.lower().split()[1]] = inner
            here = inner
        elif line.word == ".ends":
            here = here.outer or top
        elif line.word == ".param" and here is top:
            top.own += _ours(line)
        elif not line.word.startswith("."):
            here.elements.append(place)
    return top


def _owners(top: _Scope, lines: Sequence[Line]) -> dict[str, str]:
    """Return the elements outside of subcircuits that draw numbers, by the name of the parameter."""
    drawn, found = set(top.own), {}
    for place in top.elements:
        for name in re.findall(rf"{PREFIX}\w+", lines[place].text):
            if name in drawn:
                found[name] = lines[place].word
    return found


def _ours(line: Line) -> Iterator[str]:
    """Yield the names of ours that a line gives a value."""
    for word in element_words(line):
        name = word.lower().partition("=")[0]
        if (
            name.startswith(PREFIX)
            and name[len(PREFIX) + 1 : len(PREFIX) + 2] == "_"
            and name[len(PREFIX)] in LAWS
        ):
            yield name


def _label(name: str) -> str:
    return name[len(PREFIX) + 2 :]


def _needs(scope: _Scope, lines: list[Line], depth: int) -> list[_Need]:
    """Return what an instance of a scope takes; writes it into `lines`."""
    if scope.needs is not None:
        return scope.needs
    if depth > _DEEPEST or scope.busy:
        raise InputError(
            f"{lines[scope.header].place}: subcircuits contain each other without end, or are too deep"
        )
    scope.busy = True
    needs = [_Need(name, (), _label(name)) for name in scope.own]
    taken, added = {_label(name) for name in scope.own}, []
    for place in scope.elements:
        line = lines[place]
        inner = _called(scope, line) if line.word[0] == "x" else None
        if inner is None:
            continue
        passed = {name.lower() for name, _, text in (w.partition("=") for w in element_words(line)) if text}
        words = []
        for need in _needs(inner, lines, depth + 1):
            if need.parameter in passed:
                continue
            instance = "".join(sign if sign.isalnum() else "_" for sign in line.word)
            label = free_label(f"{instance}_{_label(need.parameter)}", taken)
            name = f"{PREFIX}{need.parameter[len(PREFIX)]}_{label}"
            added.append(name)
            needs.append(_Need(name, (line.word, *need.path), need.label))
            words.append(f"{need.parameter}={{{name}}}")
            if len(needs) > _MOST:
                raise InputError(
                    f"{line.place}: `{line.excerpt}`: more than {_MOST:,} random numbers in all instances"
                )
        if words:
            lines[place] = replace(line, parts=(*line.parts, " ".join(words)))
    if added and scope.header >= 0:
        header = lines[scope.header]
        lines[scope.header] = replace(header, parts=(*header.parts, " ".join(f"{name}=0" for name in added)))
    scope.needs = needs
    return needs


def _called(scope: _Scope, line: Line) -> _Scope | None:
    plain = [word for word in element_words(line)[1:] if "=" not in word and word.lower() != "params:"]
    name, here = plain[-1].lower() if plain else "", scope
    while here is not None:
        if name in here.inner:
            return here.inner[name]
        here = here.outer
    return None
