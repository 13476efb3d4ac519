"""Expressions of a foreign subcircuit in which a parameter becomes the voltage of a node.

ngspice puts numbers in the place of parameters when it loads a netlist; a voltage can be altered from sample to sample.
"""

import re
from collections.abc import Mapping

_TOKEN = re.compile(
    r"(?P<probe>\b[vi][ \t]*\([^()]*\))"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?[a-z]*)"
    r"|(?P<name>[a-z_][a-z0-9_.]*)(?P<call>[ \t]*\()?",
    re.IGNORECASE,
)


def names_in(text: str) -> set[str]:
    """Return the names of an expression that are neither functions, numbers, nor voltages and currents; lower case."""
    return {
        found["name"].lower() for found in _TOKEN.finditer(text) if found["name"] and found["call"] is None
    }


def with_voltages(text: str, voltages: Mapping[str, str], constants: Mapping[str, str]) -> str:
    """Return an expression of a behavioural source.

    Args:
        text: as a netlist has it, with its braces and quotes.
        voltages: what stands for a name, such as ``v(sk_ron)``, or an expression of such.
        constants: other parameters of the subcircuit, which stay names, in braces.
    """

    def replaced(found: re.Match[str]) -> str:
        name = (found["name"] or "").lower()
        if not name or found["call"] is not None:
            return found[0]
        if name in voltages:
            return f"({voltages[name]})"
        return f"{{{name}}}" if name in constants else found[0]

    flat = text.translate(str.maketrans({"{": "(", "}": ")", "'": " ", '"': " "}))
    return _TOKEN.sub(replaced, flat)
