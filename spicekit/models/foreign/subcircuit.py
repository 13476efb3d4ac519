"""A foreign SPICE subcircuit, changed so far that its state can be set and its parameters altered in place.

ngspice replaces parameters by numbers while it loads a netlist. So a parameter that spreads becomes a constant voltage
source of its own inside of the subcircuit, and expressions take that voltage; resistors and controlled sources that
depend on it become behavioural sources. The capacitor of the state gets an initial voltage that can be altered.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spicekit.errors import InputError, did_you_mean
from spicekit.models.foreign.expressions import names_in, with_voltages
from spicekit.ngspice.allowed import check_lines, refuse_at_top
from spicekit.ngspice.lines import Line, element_words
from spicekit.ngspice.numbers import spice_number

PREFIX = "sk_"
"""Starts the names that are put into the subcircuit."""
INITIAL = f"{PREFIX}initial"
_GROUND = ("0", "gnd")
_OUTPUT = re.compile(r"(?P<kind>i|v|value|vol|cur|r)[ \t]*=[ \t]*(?P<text>.*)", re.IGNORECASE)


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


def find_subcircuit(lines: Sequence[Line], name: str, file: str) -> Subcircuit:
    """Return the subcircuit `name` among checked lines.

    Raises:
        InputError: a line that is not known to be good, elements outside of subcircuits, no such subcircuit.
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
    return Subcircuit(
        file, name.lower(), tuple(w.lower() for w in words if "=" not in w), defaults | _assigned(body), outer, body,
        _assigned(outer),
    )  # fmt: skip


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


def nominal(subcircuit: Subcircuit, parameter: str, key: str) -> float:
    """Return the value that the subcircuit gives a parameter; `key` of the card is for messages.

    Raises:
        InputError: there is none, or it is no plain number.
    """
    known = subcircuit.defaults
    if parameter.lower() not in known:
        raise InputError(
            f"{subcircuit.file}: `{key}`: subcircuit `{subcircuit.name}` has no parameter `{parameter}`"
            f"{did_you_mean(parameter, known)}; it has {_listed(sorted(known))}"
        )
    text = known[parameter.lower()].strip("{}' ")
    value = spice_number(text)
    if value is None:
        raise InputError(
            f"{subcircuit.file}: `{key}`: `{parameter}` is `{text}` there, expected a plain number: give its value in "
            f"the card, `[parameters] {parameter} = ...`"
        )
    return value


def storage(subcircuit: Subcircuit, node: str, given: str | None) -> str:
    """Return the name of the capacitor to ground that holds the state.

    Raises:
        InputError: no such node, none or several of them.
    """
    own = _own_elements(subcircuit.body)
    nodes = {word.lower() for line in own for word in element_words(line)[1:5]}
    if node.lower() not in (*subcircuit.pins, *nodes):
        raise InputError(
            f"{subcircuit.file}: `state.node`: subcircuit `{subcircuit.name}` has no node `{node}`"
            f"{did_you_mean(node, nodes)}"
        )
    found = [
        line.word
        for line in own
        if line.word[0] == "c" and node.lower() in _nodes(line) and set(_nodes(line)) & {*_GROUND}
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


def _own_elements(body: Sequence[Line]) -> list[Line]:
    found, depth = [], 0
    for line in body:
        depth += (line.word == ".subckt") - (line.word == ".ends")
        if depth == 0 and not line.word.startswith("."):
            found.append(line)
    return found


def _nodes(line: Line) -> list[str]:
    return [word.lower() for word in element_words(line)[1:3]]


def altered(subcircuit: Subcircuit, drawn: Sequence[str], store: str, values: Mapping[str, float]) -> str:
    """Return the text of the subcircuit with all that its file defines.

    Args:
        drawn: names of the parameters that become voltages; each has a source ``vsk_NAME``.
        store: name of the capacitor that holds the state, which starts with the parameter `INITIAL`.
        values: of parameters, where other than the subcircuit's own.

    Raises:
        InputError: an element that cannot take a voltage in the place of a parameter.
    """
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
        if line.word == store and depth == 0:
            lines.append(_stored(line))
        elif depth == 0 and names_in(_behind(line)) & set(voltages):
            lines.append(_behavioural(line, voltages, constants))
        else:
            lines.append(line.written())
    return "\n".join([*lines, f".ends {subcircuit.name}"])


def _behind(line: Line) -> str:
    """Return what of a line may hold parameters: an element's words behind its nodes."""
    if line.word in (".ic", ".nodeset", ".ends", ".subckt"):
        return ""
    if line.word.startswith("."):
        return line.text.partition(" ")[2]
    return _rest(line)


def _rest(line: Line) -> str:
    """Return what stands behind an element's first two nodes."""
    return (*line.text.split(None, 3), "", "", "")[3]


def _stored(line: Line) -> str:
    words = [w for w in element_words(line) if not w.lower().startswith("ic=")]
    if words[1].lower() in _GROUND:
        words[1], words[2] = words[2], words[1]
    return f"{' '.join(words)} ic={{{INITIAL}}}"


def _behavioural(line: Line, voltages: Mapping[str, str], constants: Mapping[str, str]) -> str:
    """Return an element as a behavioural source whose expression takes voltages in the place of parameters.

    Raises:
        InputError: an element or line that cannot be written so.
    """
    words, letter = element_words(line), line.word[0]
    name, nodes = words[0], " ".join(words[1:3])

    def source(kind: str, text: str) -> str:
        return f"b{name if letter != 'b' else name[1:]} {nodes} {kind}={with_voltages(text, voltages, constants)}"

    output = _OUTPUT.match(_rest(line))
    if letter == "b" and output and output["kind"].lower() in "iv":
        return source(output["kind"].lower(), output["text"])
    if letter in "eg" and output and output["kind"].lower() in ("value", "vol", "cur"):
        return source("v" if letter == "e" else "i", output["text"])
    if letter in "eg" and len(words) == 6 and "=" not in line.text:
        gain, (plus, minus) = words[5], words[3:5]
        return source("v" if letter == "e" else "i", f"({gain})*(v({plus},{minus}))")
    if letter == "r" and (output or len(words) == 4):
        return source("i", f"v({words[1]},{words[2]})/({output['text'] if output else _rest(line)})")
    used = sorted(names_in(_behind(line)) & set(voltages))
    raise InputError(
        f"{line.place}: `{line.excerpt}` depends on `{used[0]}`, which the card spreads: only resistors and sources "
        "can take a parameter that is altered from sample to sample: write the element as a B source, or take the "
        "parameter out of `[spread]`"
    )
