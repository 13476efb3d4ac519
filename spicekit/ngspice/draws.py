"""The statistics of a library: each random function of its text becomes a parameter, which samples set.

ngspice draws its random functions unseeded, and anew wherever their value is used. Here each one that the text has is a
coordinate: outside of subcircuits one that all transistors share, inside of a subcircuit one for each of its instances.
Their meaning: ngspice manual, "Using random parameters".
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from spicekit.errors import InputError
from spicekit.ngspice.allowed import functions_in_scope
from spicekit.ngspice.expressions import defined_function, in_braces, nominal, with_random
from spicekit.ngspice.lines import Line

PREFIX = "spicekit_"
"""Begins the names of our parameters; a letter for the law follows, then where the number is drawn."""

PROCESS, MISMATCH = "process", "mismatch"
LAWS = {"n": "normal", "u": "uniform", "s": "sign"}
"""Standard normal; uniform between -1 and 1; either -1 or 1."""

_FORMS = {
    "agauss": ("n", "nominal, variation, sigmas", "({0})+({1}){per_sigma}*{z}"),
    "gauss": ("n", "nominal, relative variation, sigmas", "({0})*(1+({1}){per_sigma}*{z})"),
    "aunif": ("u", "nominal, variation", "({0})+({1})*{z}"),
    "unif": ("u", "nominal, relative variation", "({0})*(1+({1})*{z})"),
    "limit": ("s", "nominal, variation", "({0})+({1})*{z}"),
}
"""Random function -> its law, its arguments, and what it is of its coordinate z."""

_ASSIGNED = re.compile(r"([a-z_]\w*)\s*=(?!=)", re.IGNORECASE | re.ASCII)
_BRACED = re.compile(r"^\{([^{}]*)\}$")
_NUMBER = re.compile(r"(?=.*[1-9])[\d.]+")


def of_law(law: str, z: np.ndarray) -> np.ndarray:
    """Return what is drawn by a law (n,) at standard normal coordinates (n,)."""
    if law == "uniform":
        from scipy.special import ndtr  # here, as commands that simulate nothing begin without it

        return 2 * ndtr(z) - 1
    return np.sign(z) if law == "sign" else z


@dataclass
class _Scope:
    """A subcircuit, or the text outside of all: what is drawn in it."""

    header: int  # place of its `.subckt` line; -1 without one
    names: list[str] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)

    def new(self, law: str, where: str) -> str:
        name = free_label(re.sub(r"[^a-z0-9_]", "_", where.lower()), self.labels)
        self.names.append(f"{PREFIX}{law}_{name}")
        return self.names[-1]


def free_label(label: str, taken: set[str]) -> str:
    """Return `label`, or with a number behind it if it is taken; it is taken then."""
    found, several = label, 1
    while found in taken:
        several += 1
        found = f"{label}_{several}"
    taken.add(found)
    return found


def with_parameters(lines: Sequence[Line], kept: Collection[str] = (PROCESS, MISMATCH)) -> list[Line]:
    """Return lines with a parameter in the place of each random number: nominal where it is 0.

    Where the numbers of the process, drawn outside of subcircuits, or of mismatch, drawn inside, are not `kept`, they
    are nominal.

    Those of a subcircuit are parameters of it (``.subckt NAME … spicekit_n_vth=0``); the others come first, in one
    `.param` line each.

    Raises:
        InputError: with file and line, for a random number that cannot be read.
    """
    scopes = [_Scope(-1)]
    found, stack = [], scopes[:]
    for place, (line, own) in enumerate(zip(lines, functions_in_scope(lines), strict=True)):
        if line.word == ".subckt":
            stack.append(_Scope(place))
            scopes.append(stack[-1])
        part = PROCESS if len(stack) == 1 else MISMATCH
        found.append(_read(line, stack[-1], own) if part in kept else nominal(line, own))
        if line.word == ".ends" and len(stack) > 1:
            stack.pop()
    for scope in scopes[1:]:
        if scope.names:
            header = found[scope.header]
            added = " ".join(f"{name}=0" for name in scope.names)
            found[scope.header] = replace(header, parts=(*header.parts, added))
    top = [Line(lines[0].file, 0, (f".param {name}=0",)) for name in scopes[0].names]
    return [*top, *found]


def _read(line: Line, scope: _Scope, own: frozenset[str]) -> Line:
    def write(name: str, arguments: Sequence[str], before: str, behind: str) -> str:
        law, form, text = _FORMS[name]
        if len(arguments) != form.count(",") + 1 or not all(arguments):
            raise InputError(f"{line.place}: `{line.excerpt}`: expected `{name}({form})`")
        if line.word in (".func", ".if", ".elseif") or defined_function(line):
            raise InputError(
                f"{line.place}: `{line.excerpt}`: in `{line.word}` `{name}` is another number at each use, which none "
                "of the coordinates of a sample can be: write it into a `.param`"
            )
        arguments = [_BRACED.sub(r"\1", argument) for argument in arguments]
        z = scope.new(law, _where(line, before))
        written = text.format(*arguments, z=z, per_sigma=_per_sigma(arguments[2]) if law == "n" else "")
        plain = line.word.startswith(".par") or line.word[0] == "b" or in_braces(before)
        alone = before[-1:] in (" ", "\t", "=") and behind[:1] in ("", " ", "\t")
        return f"({written})" if plain or not alone else f"{{{written}}}"

    found = with_random(line, own, write)
    return (
        found
        if found is line or not line.word.startswith(".par")
        else replace(found, parts=(_braced(found.text),))
    )


def _braced(text: str) -> str:
    """Return a `.param` line with each value in braces.

    ngspice takes a line with a random function for that of a macro, so that ``a={b} + agauss(0,1,1)`` is a value, but
    ``a={b} + c`` is none.
    """
    starts, since = [], 0
    for one in _ASSIGNED.finditer(text):
        value = text[since : one.start()]
        if not in_braces(value) and value.count("(") <= value.count(")"):
            starts.append(one)
            since = one.end()
    if not starts:
        return text
    ends = [*(one.start() for one in starts[1:]), len(text)]
    pairs = []
    for one, end in zip(starts, ends, strict=True):
        value = text[one.end() : end].strip().rstrip(",")
        if value[:1] == value[-1:] == "'" and value.count("'") == 2:
            value = value[1:-1]
        pairs.append(f"{one[1]}={{{value.replace('{', '(').replace('}', ')')}}}")
    return " ".join([text[: starts[0].start()].strip(), *pairs])


def _per_sigma(sigmas: str) -> str:
    """Return the text that divides by a number of sigmas: 0 of them are no spread, as libraries switch it off so."""
    return (
        f"/({sigmas})"
        if _NUMBER.fullmatch(sigmas)
        else f"*(({sigmas})==0 ? 0 : 1/(({sigmas})==0 ? 1 : ({sigmas})))"
    )


def _where(line: Line, before: str) -> str:
    """Return what a number is drawn for, such as ``mis_vth``, or ``nch_vth0`` of a model."""
    assigned = _ASSIGNED.findall(before)
    of = line.text.split()[1:2] if line.word == ".model" else [line.word]
    owner = (
        [] if line.word.startswith(".") and line.word != ".model" else [one.partition("(")[0] for one in of]
    )
    return "_".join([*owner, *assigned[-1:]]) or "number"
