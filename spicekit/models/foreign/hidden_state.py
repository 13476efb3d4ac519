"""Finds state that a Verilog-A module keeps in variables, which no simulator keeps reliably.

A simulator evaluates the equations of one time step many times, and goes back when a step was too large. A variable
that is carried over from evaluation to evaluation is then updated too often, or not undone. OpenVAF and others do not
keep such variables at all.
"""

import re
from collections.abc import Iterator

from spicekit.errors import InputError

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_FUNCTION = re.compile(r"\banalog\s+function\b.*?\bendfunction\b", re.DOTALL)
_EVENT = re.compile(r"@\s*\(\s*([a-z_]\w*)")
_VARIABLES = re.compile(r"(?<![\w])(?:real|integer)\s+(?!function)([^;]*);")
_PARAMETER = re.compile(r"\b(?:parameter|localparam)\b[^;]*;")
_ASSIGNMENT = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\s*=(?!=)")
_NAME = re.compile(r"(?<![\w.$`\"])[A-Za-z_]\w*")
_FIX = (
    "put the state on a node: `I(state) <+ ddt(1e-9 * V(state)) - 1e-9 * rate;`, which charges 1 nF, and name the node "
    "by `state.node`"
)
_REFUSED = {
    "cross": "events of crossings are not compiled for ngspice: write a smooth law of the voltage",
    "above": "events of crossings are not compiled for ngspice: write a smooth law of the voltage",
    "timer": "events of time are not compiled for ngspice: drive the device by sources",
}


def refuse_hidden_state(text: str, file: str) -> None:
    """Refuse a module that keeps state in variables, or waits for events.

    Raises:
        InputError: with file, line and what to write in its place.
    """
    plain = without_comments(text)
    for found in _EVENT.finditer(plain):
        if why := _REFUSED.get(found[1]):
            raise InputError(f"{file}, line {_line(plain, found.start())}: `@({found[1]} ...)`: {why}")
    for name, place in _carried(plain):
        if (integral := _integral(plain, name)) is not None:
            raise InputError(
                f"{file}, line {_line(plain, integral.start())}: `{' '.join(integral[0].split())}`: `idt` keeps the "
                f"state where it cannot be set: give it a node, `electrical {name}_node;`, write `I({name}_node) <+ "
                f"ddt(1e-9 * V({name}_node)) - 1e-9 * rate;` and `{name} = V({name}_node);`, and name the node by "
                "`state.node`"
            )
        raise InputError(
            f"{file}, line {_line(plain, place)}: the variable `{name}` is used before it is assigned: it carries "
            f"state from one evaluation to the next, which simulators do not keep: {_FIX}"
        )


def _integral(text: str, name: str) -> re.Match[str] | None:
    """Return where a variable is assigned an `idt(...)`, if it is."""
    return re.search(rf"\b{re.escape(name)}\s*=\s*idt\s*\([^;]*;", text)


def without_comments(text: str) -> str:
    """Return the text with blanks in the place of comments, so that lines and places stay."""
    return _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _blank(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def _carried(text: str) -> Iterator[tuple[str, int]]:
    """Yield each variable that is read before it is assigned, and where; only outside of `@(initial_step)`."""
    plain = _blank(_PARAMETER, _blank(_FUNCTION, text))
    variables = set()
    for found in _VARIABLES.finditer(plain):
        parts = re.sub(r"\[[^\]]*\]", "", found[1]).split(",")
        variables |= {
            part.strip() for part in parts if part.strip().isidentifier()
        }  # those with a value have `=`
    start = re.search(r"\banalog\b", plain)
    if start is None:
        return
    body = _without_first_step(plain[start.end() :])
    assigned: set[str] = set()
    for statement in re.finditer(r"[^;]+", body):
        target = _ASSIGNMENT.search(statement[0])
        for name in _NAME.finditer(statement[0]):
            is_target = target is not None and name.start() == target.start(1)
            if not is_target and name[0] in variables and name[0] not in assigned:
                yield name[0], start.end() + statement.start() + name.start()
                return
        if target:
            assigned.add(target[1])


def _without_first_step(body: str) -> str:
    """Return the body with blanks in the place of what is done at the first step alone."""
    found = re.search(r"@\s*\(\s*initial_step[^)]*\)\s*(begin\b)?", body)
    if found is None:
        return body
    end, depth = found.end(), 1
    if found[1]:
        for word in re.finditer(r"\b(begin|end)\b", body[found.end() :]):
            depth += 1 if word[1] == "begin" else -1
            if depth == 0:
                end = found.end() + word.end()
                break
    else:
        end = body.find(";", found.end()) + 1
    return body[: found.start()] + re.sub(r"[^\n]", " ", body[found.start() : end]) + body[end:]
