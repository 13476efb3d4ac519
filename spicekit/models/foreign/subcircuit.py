"""A foreign SPICE subcircuit: found in its file, and changed so far that circuits can use it as a memory device."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from spicekit.errors import InputError, did_you_mean
from spicekit.models.foreign.altered import GROUND, altered, started
from spicekit.models.foreign.expressions import names_in, with_voltages
from spicekit.ngspice.allowed import check_lines, refuse_at_top
from spicekit.ngspice.lines import Line, element_words
from spicekit.ngspice.numbers import spice_number

PREFIX = "sk_"
"""Starts the names that are put into the subcircuit."""
INITIAL = f"{PREFIX}initial"


@dataclass(frozen=True)
class Subcircuit:
    """The subcircuit as it was found."""

    file: str
    name: str
    pins: tuple[str, ...]
    defaults: Mapping[str, str]  # parameters of the `.subckt` line and of its `.param` lines, with their text
    outer: tuple[Line, ...]  # what else the file defines
    body: tuple[Line, ...]  # without its first and last line
    constants: Mapping[str, str]  # parameters of the file itself
    store: str = ""  # the capacitor that holds the state

    started = False
    """Its capacitor starts by itself."""

    @property
    def state_command(self) -> str:
        """The command that sets where the state starts, for an instance and then a value."""
        return f"alter @c.{{}}.xd.{self.store}[ic]={{{{}}}}"

    def command(self, parameter: str) -> str:
        """Return the command that sets a parameter, for an instance and then a value."""
        return f"alter v.{{}}.xd.v{PREFIX}{parameter.lower()}={{{{}}}}"

    def sources(self, drawn: Sequence[str]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the Verilog-A texts that have to be compiled: none."""
        return ()

    def nominal(self, parameter: str, key: str) -> float:
        """Return the value that the subcircuit gives a parameter; `key` of the card is for messages.

        Raises:
            InputError: there is none, or it is no plain number.
        """
        known = self.defaults
        if parameter.lower() not in known:
            raise InputError(
                f"{self.file}: `{key}`: subcircuit `{self.name}` has no parameter `{parameter}`"
                f"{did_you_mean(parameter, known)}; it has {_listed(sorted(known))}"
            )
        text = known[parameter.lower()].strip("{}' ")
        value = spice_number(text)
        if value is None:
            raise InputError(
                f"{self.file}: `{key}`: `{parameter}` is `{text}` there, expected a plain number: give its value in "
                f"the card, `[parameters] {parameter} = ...`"
            )
        return value

    def require_node(self, node: str, key: str) -> None:
        """Refuse a node that the subcircuit does not have; `key` of the card is for messages.

        Raises:
            InputError: there is none.
        """
        nodes = _nodes_of(self)
        if node.lower() not in (*self.pins, *nodes):
            raise InputError(
                f"{self.file}: `{key}`: subcircuit `{self.name}` has no node `{node}`{did_you_mean(node, nodes)}"
            )

    def instance(self, nodes: Sequence[str], values: Mapping[str, float]) -> list[str]:  # noqa: ARG002
        """Return the line of an instance between `nodes`, inside of the wrapper."""
        return [f"xd {' '.join(nodes)} {self.name} {INITIAL}={{gap_initial}}"]

    def definition(self, drawn: Sequence[str], values: Mapping[str, float]) -> list[str]:
        """Return the text of the subcircuit with all that its file defines.

        Args:
            drawn: names of the parameters that become voltages; each has a source ``vsk_NAME``.
            values: of parameters, where other than the subcircuit's own.

        Raises:
            InputError: an element that cannot take a voltage in the place of a parameter.
        """
        return _altered(self, drawn, values)


def find_subcircuit(
    lines: Sequence[Line], name: str, file: str, state: str, stored_in: str | None = None
) -> Subcircuit:
    """Return the subcircuit `name` of a file, whose node `state` hangs on the capacitor `stored_in`.

    Raises:
        InputError: a line that is not known to be good, elements outside of subcircuits, no such subcircuit, or
            a state without storage.
    """
    lines = [line for line in lines if line.word not in (".option", ".options", ".end")]
    check_lines(lines, hint="give its nominal value, and the spread in the card: `[spread]`")
    refuse_at_top(lines)
    names = [line.text.split()[1] for line in lines if line.word == ".subckt"]
    start = next(
        (
            k
            for k, one in enumerate(lines)
            if one.word == ".subckt" and one.text.split()[1].lower() == name.lower()
        ),
        None,
    )
    if start is None:
        raise InputError(
            f"{file}: there is no subcircuit `{name}`{did_you_mean(name, names)}: it has {_listed(names)}"
        )
    depth, end = 0, start
    for end in range(start, len(lines)):
        depth += (lines[end].word == ".subckt") - (lines[end].word == ".ends")
        if depth == 0:
            break
    if depth:
        raise InputError(f"{lines[start].place}: `{lines[start].excerpt}` has no `.ends`")
    words = [w for w in element_words(lines[start])[2:] if w.lower() not in ("params:", "param:")]
    words = [w.removeprefix("params:").removeprefix("PARAMS:") for w in words]
    outer = (*lines[:start], *lines[end + 1 :])
    body = tuple(lines[start + 1 : end])
    defaults = {w.partition("=")[0].lower(): w.partition("=")[2] for w in words if "=" in w}
    found = Subcircuit(
        file, name.lower(), tuple(w.lower() for w in words if "=" not in w), defaults | _assigned(body), outer, body,
        _assigned(outer),
    )  # fmt: skip
    return replace(found, store=_storage(found, state, stored_in))


def _assigned(lines: Sequence[Line]) -> dict[str, str]:
    """Return what `.param` lines outside of inner subcircuits assign, with its text."""
    found, depth = {}, 0
    for line in lines:
        depth += (line.word == ".subckt") - (line.word == ".ends")
        if depth == 0 and line.word in (".param", ".params"):
            found |= {
                word.partition("=")[0].lower(): word.partition("=")[2]
                for word in element_words(line)[1:]
                if "=" in word
            }
    return found


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"


def _storage(subcircuit: Subcircuit, node: str, given: str | None) -> str:
    """Return the name of the capacitor to ground that holds the state.

    Raises:
        InputError: no such node, none or several of them.
    """
    own = _own_elements(subcircuit.body)
    subcircuit.require_node(node, "state.node")
    found = [
        line.word
        for line in own
        if line.word[0] == "c" and node.lower() in _nodes(line) and set(_nodes(line)) & {*GROUND}
    ]
    if given is not None:
        if given.lower() not in found:
            raise InputError(
                f"{subcircuit.file}: `state.stored_in`: `{given}` is no capacitor from `{node}` to ground; those are "
                f"{_listed(found)}"
            )
        return given.lower()
    if len(found) != 1:
        raise InputError(
            f"{subcircuit.file}: `state.node`: {len(found)} capacitors hang from `{node}` to ground, expected 1, which "
            "holds the state and whose initial voltage is set: "
            + ("name it by `state.stored_in`" if found else "a state without storage is lost between time steps: write "
               "its equation as a current into a capacitor, `c dx/dt = i`")
        )  # fmt: skip
    return found[0]


def _nodes_of(subcircuit: Subcircuit) -> set[str]:
    return {word.lower() for line in _own_elements(subcircuit.body) for word in element_words(line)[1:5]}


def _own_elements(body: Sequence[Line]) -> list[Line]:
    found, depth = [], 0
    for line in body:
        depth += (line.word == ".subckt") - (line.word == ".ends")
        if depth == 0 and not line.word.startswith("."):
            found.append(line)
    return found


def _nodes(line: Line) -> list[str]:
    return [word.lower() for word in element_words(line)[1:3]]


def _altered(subcircuit: Subcircuit, drawn: Sequence[str], values: Mapping[str, float]) -> list[str]:
    voltages = {name.lower(): f"v({PREFIX}{name.lower()})" for name in drawn}
    derived = dict(subcircuit.constants) | dict(subcircuit.defaults)
    for name in derived:  # each once; a parameter may depend on those before it
        used = names_in(derived[name]) & set(voltages)
        if used and name not in voltages:
            voltages[name] = with_voltages(derived[name], voltages, derived)
    given = {name.lower(): value for name, value in values.items()}
    constants = dict.fromkeys(derived, "")
    numbers = {
        name: repr(given[name]) if name in given else text for name, text in subcircuit.defaults.items()
    }
    header = " ".join(
        f"{name}={text}" for name, text in numbers.items() if name not in _assigned(subcircuit.body)
    )
    own = {name: text for name, text in numbers.items() if name in _assigned(subcircuit.body)}
    lines = [
        *(line.written() for line in subcircuit.outer),
        f".subckt {subcircuit.name} {' '.join(subcircuit.pins)} {INITIAL}=0 {header}".rstrip(),
        *(f".param {name}={text}" for name, text in own.items()),
        *(f"v{PREFIX}{name.lower()} {PREFIX}{name.lower()} 0 dc {{{name.lower()}}}" for name in drawn),
    ]
    depth = 0
    for line in subcircuit.body:
        depth += (line.word == ".subckt") - (line.word == ".ends")
        if line.word in (".param", ".params") and depth == 0:
            continue
        if line.word == subcircuit.store and depth == 0:
            lines.append(started(line, INITIAL))
        else:
            lines.append(altered(line, voltages, constants) if depth == 0 else line.written())
    return [*lines, f".ends {subcircuit.name}"]
