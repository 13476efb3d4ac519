"""Looks at the functions in netlist expressions: random ones, and those that ngspice does not know.

ngspice draws its random functions unseeded, and again at each use; an unknown function ends the whole process of some
versions. The lists are those of its two parsers (`xpressn.c` for parameters, `inpptree.c` for behavioural sources), the
same in versions 39 to 46; without `pwl_derivative`, which crashes 39.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from spicekit.errors import InputError, did_you_mean
from spicekit.ngspice.lines import Line, words

RANDOM = frozenset({"agauss", "gauss", "aunif", "unif", "limit"})
"""Functions that draw a random number; their first argument is the nominal value."""

_MOST_RANDOM = 1000  # in one line; a foundry's model card has tens
_RANDOM_SOURCES = frozenset({"trnoise", "trrandom"})
_BOTH = words(
    "abs acos acosh asin asinh atan atanh ceil cos cosh exp floor ln log log10 max min nint pow pwr "
    "sgn sin sinh sqrt tan tanh ternary_fcn"
)
PARAMETER_FUNCTIONS = _BOTH | {"arctan", "int", "sqr"}
SOURCE_FUNCTIONS = _BOTH | words("ddt eq0 ge0 gt0 i le0 lt0 ne0 pwl u u2 uramp v")
_OTHER_DIALECTS = {
    "if": "ngspice writes `if(c, a, b)` as `(c ? a : b)`",
    "table": "ngspice writes `table(x, ...)` in a B source as `pwl(x, ...)`",
    "rnd": "draw in NumPy and make it a parameter",
    "random": "draw in NumPy and make it a parameter",
}
_CALL = re.compile(r"(?<![\w.])(?P<name>[a-z_][a-z0-9_.]*)[ \t]*\(")
_RANDOM_NAME = re.compile(rf"\b(?:{'|'.join(sorted(RANDOM))})\b", re.ASCII)
_NAME = re.compile(r"[a-z_]\w*", re.ASCII)
_DEFINED = re.compile(r"\.(?:func|params?)\s+([a-z_]\w*)\s*\(", re.ASCII)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def defined_function(line: Line) -> str | None:
    """Return the name of the function that a `.func` (or old-style `.param f(x)=`) line defines, in lower case."""
    found = _DEFINED.match(line.text.lower())
    return found[1] if found else None


def check_expressions(line: Line, own: Collection[str], hint: str = "") -> None:
    """Refuse random and unknown functions in a line; `own` are the functions defined where it stands.

    `hint` says what the user can do about random ones.

    Raises:
        InputError: with file, line, the function and the fix.
    """
    text = line.text.lower()
    start = len(line.word)
    kind = line.word if line.word.startswith(".") else line.word[0]
    if kind in "vi":
        for source in _RANDOM_SOURCES.intersection(_NAME.findall(text, start)):
            raise InputError(
                f"{line.place}: `{source}` is drawn by ngspice, unseeded; draw it in NumPy and feed it in"
            )
    if "(" not in text and not _RANDOM_NAME.search(text):
        return
    depths: list[int] = []
    for found in _RANDOM_NAME.finditer(text, start):
        if found[0] in own:
            continue
        depths = depths or _depths(text)
        computed = kind in (".param", ".params", ".func") or (kind == "b" and "=" in text[: found.start()])
        if depths[found.start()] or computed or _CALL.match(text, found.start()):
            if text[found.end() :].lstrip()[:1] == "=":  # a parameter of this name
                continue
            raise InputError(
                f"{line.place}: `{found[0]}` is drawn by ngspice, unseeded; "
                + (hint or "draw it in NumPy and make it a parameter")
            )
    for found in _CALL.finditer(text, start):
        name = found["name"]
        if name in _BOTH or name in own:
            continue
        depths = depths or _depths(text)
        inside = bool(depths[found.start()])
        known = _known(kind, inside)
        if name in known or not _is_called(kind, text, found.start(), inside):
            continue
        advice = (
            _OTHER_DIALECTS.get(name)
            or f"ngspice has no such function here{did_you_mean(name, [*known, *own])}"
        )
        raise InputError(f"{line.place}: `{name}(...)`: {advice}; or define it by `.func`")


def nominal(line: Line, own: Collection[str]) -> Line:
    """Return the line with each random function replaced by its first argument, the nominal value."""
    return with_random(line, own, lambda _name, arguments, _before, _after: f"({arguments[0]})")


def with_random(
    line: Line, own: Collection[str], write: Callable[[str, Sequence[str], str, str], str]
) -> Line:
    """Return the line with another text in the place of each random function, those in its arguments included.

    `write` is given the function's name, its arguments, and what stands before and behind it.

    Raises:
        InputError: with file and line, for too many of them or an open parenthesis.
    """
    lowered = line.text.lower()
    if not _RANDOM_NAME.search(lowered):
        return line
    if len(_RANDOM_NAME.findall(lowered)) > _MOST_RANDOM:
        raise InputError(
            f"{line.place}: draws more than {_MOST_RANDOM} random numbers: `{line.excerpt}`; split the line"
        )
    text = line.text
    at = len(line.word)
    while found := _CALL.search(text.lower(), at):
        if found["name"] not in RANDOM or found["name"] in own:
            at = found.end() - 1
            continue
        arguments, after = _arguments(text, found.end(), line)
        before, behind = text[: found.start()], text[after:]
        text = f"{before}{write(found['name'], arguments, before, behind)}{behind}"
        at = found.start()
    return line if text == line.text else replace(line, parts=(text,))


def in_braces(text: str) -> bool:
    """Return whether what follows `text` stands in braces or quotes that it opens."""
    return text.count("{") > text.count("}") or text.count("'") % 2 == 1 or text.count('"') % 2 == 1


def _arguments(text: str, start: int, line: Line) -> tuple[list[str], int]:
    """Return what stands between the commas of a call, and where it ends."""
    depth, found = 1, [start]
    for at in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 1 and text[at] == ",":
            found.append(at + 1)
        if depth == 0:
            ends = [*(place - 1 for place in found[1:]), at]
            return [text[i:j].strip() for i, j in zip(found, ends, strict=True)], at + 1
    raise InputError(f"{line.place}: a parenthesis is not closed: `{line.excerpt}`")


def _depths(text: str) -> list[int]:
    """Return for each sign how deep in braces or quotes it stands."""
    depths, depth = [], 0
    for sign in text:
        if sign == "{":
            depth += 1
        depths.append(depth)
        if sign == "}" and depth:
            depth -= 1
    for quoted in _QUOTED.finditer(text):
        for at in range(*quoted.span()):
            depths[at] += 1
    return depths


def _known(kind: str, inside: bool) -> frozenset[str]:
    if kind == ".func" or (kind in "efghrcl" or (kind == "b" and inside)):
        return PARAMETER_FUNCTIONS | SOURCE_FUNCTIONS
    return SOURCE_FUNCTIONS if kind == "b" else PARAMETER_FUNCTIONS


def _is_called(kind: str, text: str, at: int, inside: bool) -> bool:
    """Whether a name before a parenthesis is a function, and not a node, a model or the form of a source."""
    if inside or kind in (".param", ".params", ".func", ".if", ".elseif", "b"):
        return True
    before = text[:at].rstrip()[-1:]
    return kind not in "vi" and before in "=+-*/^?:<>&|,!"
