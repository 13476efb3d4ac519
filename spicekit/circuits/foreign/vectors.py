"""What of a circuit can be measured: node voltages and currents, by the names that users give them."""

import re

from spicekit.circuits.foreign.parts import Element, Parts
from spicekit.errors import InputError, did_you_mean

_VOLTAGE = re.compile(r"v\(\s*([^(),\s]+)\s*\)", re.IGNORECASE)
_CURRENT = re.compile(r"i\(\s*([^(),\s]+)\s*\)", re.IGNORECASE)
_DEVICE = re.compile(r"@([a-z0-9_.:#]+)\[([a-z0-9_]+)\]", re.IGNORECASE)
_WITH_CURRENT = "vlehb"  # elements whose branch current ngspice has, the last if they are voltages


def check_vector(name: str, parts: Parts, where: str) -> str:
    """Return the unit of a vector, after a look at whether the circuit has it.

    Raises:
        InputError: `where`, and what there is instead.
    """
    text = name.strip()
    if found := _VOLTAGE.fullmatch(text):
        node = found[1].lower()
        if node not in parts.nodes:
            raise InputError(
                f"{where}: there is no node `{node}`{did_you_mean(node, parts.nodes)}{_some(parts)}"
            )
        return "V"
    if found := _CURRENT.fullmatch(text):
        source_of(found[1], parts, where, _WITH_CURRENT)
        return "A"
    if found := _DEVICE.fullmatch(text):
        known = {e.in_ngspice for e in parts.elements.values()}
        if found[1].lower() not in known:
            raise InputError(
                f"{where}: there is no element `{found[1]}`{did_you_mean(found[1].lower(), known)}"
            )
        return "1"
    raise InputError(f"{where}: `{text}` is no vector; expected such as `v(out)`, `i(vdd)` or `@m1[id]`")


def source_of(name: str, parts: Parts, where: str, letters: str = "v") -> Element:
    """Return the element `name`, whose current is measured.

    Raises:
        InputError: there is none, or ngspice has no current of it.
    """
    element = parts.elements.get(name.lower().strip())
    known = [path for path, one in parts.elements.items() if one.letter in letters]
    if element is None or element.letter not in letters:
        what = (
            "there is no such source"
            if element is None
            else f"`{element.line.excerpt}` has no branch current"
        )
        raise InputError(
            f"{where}: `{name}`: {what}{did_you_mean(name.lower(), known)}; put a source `vmeter a b 0` in "
            "series to measure "
            "a current"
        )
    return element


def current_of(element: Element) -> str:
    """Return ngspice's name of the current of an element, as `spicekit.ngspice.measure.vector_name` has it."""
    return f"i({element.in_ngspice})"


def _some(parts: Parts) -> str:
    shown = sorted(parts.nodes - {"0", "gnd"}, key=lambda node: (node.count("."), node))[:8]
    return f"; there are {', '.join(shown)}" + (", …" if len(parts.nodes) > len(shown) + 1 else "")
