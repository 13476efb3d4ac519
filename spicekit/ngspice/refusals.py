"""Why a dot-command of a user's file is not taken, and what to do about it."""

import re
from collections.abc import Sequence
from decimal import Decimal

from spicekit.errors import did_you_mean
from spicekit.ngspice.lines import Line, without_blanks, words

_EXECUTED = (".control", ".endc", ".exec", ".script", ".codemodel", ".osdi", ".pre_", ".cmodel")
_ANALYSES = words(
    ".op .dc .ac .noise .tf .pz .disto .sens .pss .sp .hb .four .fourier .step .mc .alter .tran"
)
_OUTPUTS = words(".meas .measure .save .probe .plot .print .width .graph .csdf .biaschk .wave .data")
_SCALE = re.compile(r"([-+]?[.\d]+(?:e[-+]?\d+)?)([fpnum]?)")
_EXPONENTS = {"": 0, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15}


def refusal(line: Line, known: Sequence[str]) -> str:
    """Return why a dot-command is refused, and what to do."""
    word, said = line.word, f"`{line.excerpt}`"
    if word.startswith(_EXECUTED):
        return f"{said} makes ngspice execute commands; remove the line: spicekit runs the analyses itself"
    if word in (".option", ".options", ".opt", ".scale"):
        if scale := stated_scale(line):
            return (
                f"{said}: sizes are in units of {scale:g} m: give `length_unit = {scale:g}` beside its path"
            )
        return f"{said} would change the simulator for the whole deck: remove the line"
    if word == ".temp":
        return (
            f"{said} would win over the experiment's temperature: remove it, and set `technology.temperature`"
        )
    if word in _OUTPUTS:
        return f"{said}: spicekit saves and measures by itself: remove the line"
    if word in _ANALYSES:
        return (
            f"{said}: a deck has one `.tran STEP STOP` and no other analysis: put that in its place, or remove the "
            "line"
        )
    if word.startswith((".inc", ".lib", ".endl")):
        return f"{said}: a netlist includes no files here; put the text of the file in its place"
    return (
        f"`{word}` is not taken{did_you_mean(word, known)}: expected an element or one of {', '.join(known)}"
    )


def options(line: Line) -> list[tuple[str, str]]:
    """Return the (key, value) pairs of an `.options` line; values of flags are empty."""
    pairs = without_blanks(line.text).split()[1:]
    return [(pair.partition("=")[0].lower(), pair.partition("=")[2]) for pair in pairs]


def stated_scale(line: Line) -> float | None:
    """Return the unit of sizes [m] if the line is an ``.option scale=`` and sets nothing else, else None."""
    if line.word not in (".option", ".options", ".opt"):
        return None
    given = options(line)
    if len(given) != 1 or given[0][0] != "scale":
        return None
    found = _SCALE.fullmatch(given[0][1].lower())
    try:
        return float(Decimal(found[1]).scaleb(_EXPONENTS[found[2]])) if found else None
    except ArithmeticError:
        return None
