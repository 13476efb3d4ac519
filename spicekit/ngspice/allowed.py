"""The only lines that are handed to ngspice: elements and a few dot-commands, with allowed keys.

ngspice runs `.control` blocks, `*#` comments and more without asking, under any word that starts like one of its own.
So nothing is recognized as bad here: what is not known to be good is refused.
"""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from spicekit.errors import InputError, did_you_mean
from spicekit.ngspice.expressions import check_expressions, defined_function
from spicekit.ngspice.lines import Line, logical_lines, words
from spicekit.ngspice.refusals import options, refusal

ELEMENTS = frozenset("bcdefghijklmopqrstuvwxyz")
"""First letters of elements; `n` (compiled Verilog-A) takes a loaded module, and `a` (XSPICE) can start programs."""

DEVICES = words(
    "r res c l d npn pnp njf pjf nmf pmf nhfet phfet nmos pmos nsoi psoi vdmos vdmosn vdmosp urc ltra "
    "txl cpl sw csw"
)
"""Types of `.model` that neither read nor write files nor open sockets."""

FOREIGN = words(".model .subckt .ends .param .params .func .if .elseif .else .endif .global .ic .nodeset")
"""Dot-commands that users' own files may hold."""

OURS = frozenset({".options", ".tran", ".save", ".end"})
"""Dot-commands that only complete decks hold."""

_OPTIONS = words(
    "temp tnom method maxord trtol reltol abstol vntol chgtol pivtol pivrel gmin gminsteps srcsteps "
    "itl1 itl2 itl3 itl4 itl5 rshunt cshunt minbreak bypass xmu defl defw defad defas scale"
)
_FLAGS = frozenset({"klu"})
"""Options without a value; an ngspice that does not know one (`klu`: below 42) leaves it out with a warning."""
_DEEPEST = 50
_VALUE = re.compile(r"[A-Za-z0-9_.+\-]+")
_TRAN = re.compile(r"\.tran(\s+[-+.0-9a-z]+){2,4}(\s+uic)?", re.IGNORECASE)
_VECTOR = re.compile(r"[A-Za-z0-9_.:#@\[\](),+\-]+")
_NODE_VALUES = re.compile(
    r"\.(ic|nodeset)(\s+v\s*\([^()]+\)\s*=\s*(\{[^{}]*\}|'[^']*'|[^\s{}'\"]+))+", re.IGNORECASE
)
_MODEL = re.compile(r"\.model\s+\S+\s+(?P<type>[a-z_]\w*)", re.IGNORECASE | re.ASCII)


def check_netlist(text: str, name: str, modules: frozenset[str] = frozenset()) -> list[Line]:
    """Check a complete deck and return its lines behind the title; `modules` are its compiled Verilog-A modules.

    Raises:
        InputError: with the name, the line number and the fix.
    """
    return list(_checked_netlist(text, name, modules))


@lru_cache(maxsize=64)
def _checked_netlist(text: str, name: str, modules: frozenset[str]) -> tuple[Line, ...]:
    title, _, body = text.replace("\r\n", "\n").partition("\n")
    refuse_executed_comments(text, name)
    if re.match(r"\s*[.@+]|\s*\*\s*expanded", title, re.IGNORECASE):
        raise InputError(
            f"{name}, line 1: `{title[:60]}` is the title, and ngspice takes it for a command: change it"
        )
    if "\\" in title or "`" in title or not title.replace("\t", " ").isprintable():
        raise InputError(
            f"{name}, line 1: the title is {title[:60]!r}, expected printable text without back-ticks"
        )
    lines = logical_lines(body, name, 2)
    check_lines(lines, modules=modules, more=OURS)
    return tuple(lines)


def check_subcircuit(text: str, file: str) -> None:
    """Check a text that is put into decks with its comments, such as the subcircuit of a parameter set.

    Raises:
        InputError: with file, line and the fix; also for lines outside of its `.subckt`.
    """
    refuse_executed_comments(text, file)
    lines = logical_lines(text, file)
    check_lines(lines)
    refuse_at_top(lines)


def refuse_at_top(lines: Sequence[Line]) -> None:
    """Refuse what a model file would add to every circuit: elements and initial values outside of subcircuits.

    Raises:
        InputError: with file and line.
    """
    depth = 0
    for line in lines:
        depth += (line.word == ".subckt") - (line.word == ".ends")
        if depth == 0 and (not line.word.startswith(".") or line.word in (".ic", ".nodeset")):
            raise InputError(
                f"{line.place}: `{line.excerpt}` stands outside of any `.subckt` and would act on the nodes of every "
                "circuit: remove it, or put it into the subcircuit that it belongs to"
            )


def refuse_executed_comments(text: str, file: str) -> None:
    """Refuse comments that ngspice executes, for texts that are handed over with their comments.

    Raises:
        InputError: with file and line.
    """
    for number, line in enumerate(text.split("\n"), 1):
        if re.match(r"\s*\*\s*(#|ng_)", line):
            raise InputError(
                f"{file}, line {number}: `{line.strip()[:40]}` makes ngspice execute commands; remove the line: "
                "spicekit runs the analyses itself"
            )


def check_lines(
    lines: Sequence[Line], *, modules: Collection[str] = (), more: Collection[str] = (), hint: str = ""
) -> None:
    """Refuse every line that is not known to be good; `more` are allowed dot-commands beside `FOREIGN`.

    `modules` are the compiled Verilog-A modules that will be loaded. `hint` says what can be done about random
    functions.

    Raises:
        InputError: with file, line, and what to do.
    """
    for line, own in zip(lines, functions_in_scope(lines), strict=True):
        if line.word.startswith("."):
            _check_command(line, modules, more)
        else:
            _check_element(line, modules)
        check_expressions(line, own, hint)


def functions_in_scope(lines: Sequence[Line]) -> list[frozenset[str]]:
    """Return for each line the functions that the text itself defines where it stands, in any order.

    Raises:
        InputError: subcircuits are defined too deep in each other.
    """
    scopes: list[set[str]] = [set()]  # the text, then each subcircuit in order
    outer, here, depth, scope_of = [0], 0, 0, []
    for line in lines:
        if line.word == ".subckt":
            outer.append(here)
            here, depth = len(scopes), depth + 1
            scopes.append(set())
            if depth > _DEEPEST:
                raise InputError(
                    f"{line.place}: subcircuits are defined more than {_DEEPEST} deep in each other"
                )
        scope_of.append(here)
        if line.word == ".ends" and here:
            here, depth = outer[here], depth - 1
        elif line.word in (".func", ".param", ".params") and (name := defined_function(line)):
            scopes[here].add(name)
    seen = [frozenset(scopes[0])]
    for around, names in zip(outer[1:], scopes[1:], strict=True):
        seen.append(seen[around] | names if names else seen[around])
    return [seen[scope] for scope in scope_of]


def _check_element(line: Line, modules: Collection[str]) -> None:
    letter = line.word[0]
    if letter == "n" and not modules:
        raise InputError(
            f"{line.place}: `{line.excerpt}`: these are compiled Verilog-A transistors: they take ngspice 44 with "
            'OSDI, and their compiled models: `osdi = ["FILE.osdi"]` beside the path of the library'
        )
    if letter == "a":
        raise InputError(
            f"{line.place}: `{line.excerpt}`: XSPICE code models are not taken, since some start programs or read "
            "files: write the element as a B source"
        )
    if letter not in ELEMENTS and letter != "n":
        raise InputError(f"{line.place}: `{line.excerpt}` is no element of a netlist: remove the line")
    if letter in "vi" and re.search(r"\sexternal\b", line.text, re.IGNORECASE):
        raise InputError(f"{line.place}: `external` has no source of values here: give a constant")


def _check_command(line: Line, modules: Collection[str], more: Collection[str]) -> None:
    word = line.word
    if word not in FOREIGN and word not in more:
        raise InputError(f"{line.place}: {refusal(line, sorted(FOREIGN))}")
    bad = ""
    if word == ".model":
        _check_model(line, modules)
    elif word == ".subckt" and len(line.text.split()) < 2:
        bad = "`.subckt NAME NODE ...`"
    elif word in (".ic", ".nodeset") and not _NODE_VALUES.fullmatch(line.text):
        bad = f"`{word} v(NODE)=VALUE ...`"
    elif word == ".tran" and not _TRAN.fullmatch(line.text):
        bad = "`.tran STEP STOP [START [MAXIMUM]] [uic]`, plain numbers"
    elif word == ".save" and not all(_VECTOR.fullmatch(name) for name in line.text.split()[1:]):
        bad = "names of vectors such as `v(out)`"
    elif word == ".end" and line.text.lower() != ".end":
        bad = "`.end` alone"
    elif word == ".options":
        for key, value in options(line):
            if key in _FLAGS and not value:
                continue
            if key not in _OPTIONS:
                raise InputError(
                    f"{line.place}: option `{key}` is not one that a deck sets{did_you_mean(key, _OPTIONS)}: remove it"
                )
            if not _VALUE.fullmatch(value):
                bad = f"a plain value for `{key}`"
    if bad:
        raise InputError(f"{line.place}: `{line.excerpt}`: expected {bad}")


def _check_model(line: Line, modules: Collection[str]) -> None:
    found = _MODEL.match(line.text)
    if found is None:
        raise InputError(f"{line.place}: `{line.excerpt}`: expected `.model NAME TYPE ...`")
    kind = found["type"].lower()
    if kind in DEVICES or kind in modules:
        return
    raise InputError(
        f"{line.place}: `{kind}` is no device of ngspice that is taken here{did_you_mean(kind, DEVICES)}; compiled "
        "Verilog-A transistors such as `psp103va` take ngspice 44 with OSDI, and "
        '`osdi = ["FILE.osdi"]` beside the path of the library'
    )
