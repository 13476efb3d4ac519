"""Lines of a foreign subcircuit in which a parameter becomes a voltage that can be altered in place.

ngspice replaces parameters by numbers while it loads a netlist. So a parameter that spreads becomes a constant voltage
source of its own inside of the subcircuit, and expressions take that voltage; resistors and controlled sources that
depend on it become behavioural sources. The capacitor of the state gets an initial voltage that can be altered.
"""

import re
from collections.abc import Mapping

from spicekit.errors import InputError
from spicekit.models.foreign.expressions import names_in, with_voltages
from spicekit.ngspice.lines import Line, element_words

GROUND = ("0", "gnd")
_OUTPUT = re.compile(r"(?P<kind>i|v|value|vol|cur|r)[ \t]*=[ \t]*(?P<text>.*)", re.IGNORECASE)


def altered(line: Line, voltages: Mapping[str, str], constants: Mapping[str, str]) -> str:
    """Return a line in which voltages have taken the place of parameters: an element becomes a behavioural source.

    `voltages` and `constants` are as for `with_voltages`.

    Raises:
        InputError: an element or line that cannot be written so.
    """
    used = sorted(names_in(_behind(line)) & set(voltages))
    if not used:
        return line.written()
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
    raise InputError(
        f"{line.place}: `{line.excerpt}` depends on `{used[0]}`, which the card spreads: only resistors and sources "
        "can take a parameter that is altered from sample to sample: write the element as a B source, or take the "
        "parameter out of `[spread]`"
    )


def started(line: Line, parameter: str) -> str:
    """Return a capacitor to ground that starts from the voltage that a parameter says."""
    words = [w for w in element_words(line) if not w.lower().startswith("ic=")]
    if words[1].lower() in GROUND:
        words[1], words[2] = words[2], words[1]
    # a device with two stable states finds either in a long first step, unless Newton's method starts from there too
    return f"{' '.join(words)} ic={{{parameter}}}\n.ic v({words[1]})={{{parameter}}}"


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
