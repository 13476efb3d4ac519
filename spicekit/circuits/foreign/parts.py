"""What is in a netlist, by name: elements in all their subcircuits, nodes, models, parameters."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from spicekit.circuits.foreign.source import Source
from spicekit.errors import InputError, did_you_mean
from spicekit.ngspice.lines import Line, element_words

_MOST = 20_000  # elements
_DEEPEST = 30
_PINS = {"r": 2, "c": 2, "l": 2, "v": 2, "i": 2, "b": 2, "d": 2, "e": 2, "g": 2, "f": 2, "h": 2, "j": 3, "z": 3, "q": 3,
         "s": 4, "w": 2, "t": 4, "u": 3, "o": 4, "y": 4, "k": 0, "m": 4, "n": 4, "p": 2}  # fmt: skip
GROUND = ("0", "gnd")


@dataclass(frozen=True)
class Element:
    """One element of the flat circuit."""

    path: str  # such as "x1.m2"
    nodes: tuple[str, ...]  # in the flat circuit
    rest: tuple[str, ...]  # words behind the nodes, such as ("nch", "w=1u")
    model: str  # name in ngspice of the model that it names, "x1:nch" for one of its subcircuit; "" without
    line: Line
    defined: bool = True  # False of a device that the netlist takes from a technology

    @property
    def letter(self) -> str:
        """What kind of element it is."""
        return self.path.rpartition(".")[2][0]

    @property
    def in_ngspice(self) -> str:
        """Its name in ngspice's commands, such as "m.x1.m2"."""
        return f"{self.letter}.{self.path}" if "." in self.path else self.path


@dataclass(frozen=True)
class Parts:
    """What there is; all names are in lower case."""

    elements: Mapping[str, Element]
    models: Mapping[str, Line]  # by name in ngspice, such as "x1:nch"
    parameters: Mapping[str, str]  # of `.param` at the top, with their text
    nodes: frozenset[str]


@dataclass
class _Scope:
    """A subcircuit, or the top: what is defined in it."""

    pins: tuple[str, ...] = ()
    lines: list[Line] = field(default_factory=list)
    inner: "dict[str, _Scope]" = field(default_factory=dict)
    models: dict[str, Line] = field(default_factory=dict)
    outer: "_Scope | None" = None


def parts_of(source: Source, known: Collection[str] = ()) -> Parts:
    """Return what is in a netlist; devices of the names `known`, in lower case, need not be defined in it.

    Raises:
        InputError: with file and line: a subcircuit that is not there, or too many elements.
    """
    top, common = _scopes(source), {*GROUND}
    for line in source.lines:
        if line.word == ".global":
            common.update(word.lower() for word in line.text.split()[1:])
    elements: dict[str, Element] = {}
    models: dict[str, Line] = {}
    nodes: set[str] = set()

    def expand(
        scope: _Scope, prefix: str, pins: Mapping[str, str], used: Mapping[int, str], depth: int
    ) -> None:
        used = {**used, id(scope): prefix.rstrip(".")}
        for name, line in scope.models.items():
            models[f"{prefix.rstrip('.')}:{name}" if prefix else name] = line

        def node(name: str) -> str:
            name = name.lower()
            return pins.get(name) or (name if name in common else f"{prefix}{name}")

        for line in scope.lines:
            if len(elements) > _MOST:
                raise InputError(f"{source.file}: more than {_MOST} elements in all subcircuits")
            words = element_words(line)
            name, letter = words[0].lower(), words[0][0].lower()
            if letter == "x":
                plain = [word for word in words[1:] if "=" not in word and word.lower() != "params:"]
                what = plain[-1].lower() if plain else ""
                inner = _find(scope, what)
                if inner is None and what not in known:
                    raise InputError(
                        f"{line.place}: `{line.excerpt}`: there is no subcircuit `{what}` in the netlist"
                        f"{did_you_mean(what, [*_all_inner(scope), *known])}"
                    )
                outside = tuple(node(word) for word in plain[:-1])
                nodes.update(outside)
                elements[prefix + name] = Element(
                    prefix + name, outside, tuple(words[len(plain) :]), "", line, inner is not None
                )
                if inner is None:
                    continue
                if len(outside) != len(inner.pins):
                    raise InputError(
                        f"{line.place}: `{line.excerpt}` has {len(outside)} nodes, but subcircuit `{plain[-1]}` has "
                        f"{len(inner.pins)} pins"
                    )
                if depth > _DEEPEST:
                    raise InputError(f"{line.place}: subcircuits are nested more than {_DEEPEST} deep")
                expand(
                    inner, f"{prefix}{name}.", dict(zip(inner.pins, outside, strict=True)), used, depth + 1
                )
                continue
            model, count = _model(scope, words, letter, used)
            defined = (
                bool(model) or letter != "m" or words[min(count + 1, len(words) - 1)].lower() not in known
            )
            mine = tuple(node(word) for word in words[1 : 1 + count])
            nodes.update(mine)
            elements[prefix + name] = Element(
                prefix + name, mine, tuple(words[1 + count :]), model, line, defined
            )

    expand(top, "", {}, {}, 0)
    return Parts(elements, models, dict(_parameters(source)), frozenset(nodes))


def _scopes(source: Source) -> _Scope:
    top = here = _Scope()
    for line in source.lines:
        if line.word == ".subckt":
            words = element_words(line)
            pins = [w.lower() for w in words[2:] if "=" not in w and w.lower() != "params:"]
            inner = _Scope(tuple(pins), outer=here)
            here.inner[words[1].lower()] = inner
            here = inner
        elif line.word == ".ends":
            here = here.outer or top
        elif line.word == ".model":
            here.models[line.text.lower().split()[1].partition("(")[0]] = line
        elif not line.word.startswith("."):
            here.lines.append(line)
    return top


def _find(scope: _Scope | None, name: str) -> _Scope | None:
    while scope is not None:
        if name in scope.inner:
            return scope.inner[name]
        scope = scope.outer
    return None


def _all_inner(scope: _Scope | None) -> list[str]:
    """Return the names of all subcircuits that can be used in a scope."""
    found: list[str] = []
    while scope is not None:
        found += scope.inner
        scope = scope.outer
    return found


def _model(scope: _Scope | None, words: list[str], letter: str, used: Mapping[int, str]) -> tuple[str, int]:
    """Return the name in ngspice of the model that an element names, and how many nodes stand before it."""
    least = _PINS.get(letter, 2)
    while scope is not None:
        for place, word in enumerate(words[1 + least :], least):
            name = word.lower()
            known = (
                name
                if name in scope.models
                else next((m for m in scope.models if m.rpartition(".")[0] == name), "")
            )
            if known:
                where = used.get(id(scope), "")
                return f"{where}:{name}" if where else name, place
        scope = scope.outer
    return "", least


def _parameters(source: Source) -> Iterator[tuple[str, str]]:
    depth = 0
    for line in source.lines:
        depth += (line.word == ".subckt") - (line.word == ".ends")
        if depth == 0 and line.word in (".param", ".params"):
            for word in element_words(line)[1:]:
                name, _, text = word.partition("=")
                if text:
                    yield name.lower(), text


def lone_nodes(parts: Parts) -> dict[str, str]:
    """Return the nodes that one terminal alone is connected to, with the element that it is of: often misspelt."""
    found: dict[str, list[str]] = {}
    for path, element in parts.elements.items():
        if element.letter != "x" or not element.defined:  # what a subcircuit holds is counted itself
            for node in element.nodes:
                found.setdefault(node, []).append(path)
    return {node: paths[0] for node, paths in found.items() if len(paths) == 1 and node not in GROUND}
