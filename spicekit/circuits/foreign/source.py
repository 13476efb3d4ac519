"""The text of a user's netlist: read, with the files that it may include, and checked line by line."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from spicekit.errors import InputError, did_you_mean
from spicekit.ngspice.allowed import check_lines, check_netlist
from spicekit.ngspice.draws import with_parameters
from spicekit.ngspice.flat import expanded, flat_lines, in_use, read_netlist
from spicekit.ngspice.lines import Line, logical_lines
from spicekit.ngspice.numbers import spice_number
from spicekit.ngspice.refusals import options

_INCLUDE = re.compile(
    r"\.(?:inc(?:l|lude)?|lib)\s+(?P<path>\"[^\"]*\"|'[^']*'|\S+)(?:\s+(?P<section>\S+))?", re.IGNORECASE
)
_OURS = (".options", ".tran")  # beside what libraries may hold
_RANDOM = "write its nominal value, and give the spread in the experiment file: `sigma` of a parameter"


@dataclass(frozen=True)
class Source:
    """A checked netlist without its title and its `.end`."""

    file: str  # as messages name it
    lines: tuple[Line, ...]
    stop_time: float  # s
    title: str = ""  # the first line, which ngspice does not read as an element


def resolved(path: Path, include: Collection[str]) -> str:
    """Return the text of a netlist with what it includes in the place of each such line; nothing is checked yet.

    Args:
        path: of the netlist.
        include: the files that it may include, as it writes them.

    Raises:
        InputError: a file is missing, or included without being named in `include`.
    """
    text = read_netlist(path)
    title, _, body = text.replace("\r\n", "\n").partition("\n")
    lines = logical_lines(body, str(path), 2)
    if not any(line.word.startswith((".inc", ".lib")) for line in lines):
        return text
    found = [one for line in lines for one in _included(line, path, include)]
    return "\n".join([title, *(line.written() for line in in_use(found)), ""])


def _included(line: Line, path: Path, include: Collection[str]) -> Iterator[Line]:
    if not line.word.startswith((".inc", ".lib")):
        yield line
        return
    match = _INCLUDE.fullmatch(line.text)
    name = match["path"].strip("\"'") if match else ""
    if match is None or name not in include:
        raise InputError(
            f"{line.place}: `{line.excerpt}`: a netlist includes no file but those that the experiment file names: add "
            f"{name!r} to `include` of the circuit if you trust it{did_you_mean(name, include)}"
        )
    child = expanded(name, line.place)
    section = match["section"]
    yield from flat_lines(
        child if child.is_absolute() else path.parent / child, section.strip("\"'") if section else None
    )


@lru_cache(maxsize=16)
def read_source(text: str, file: str) -> Source:
    """Check the text of a complete netlist, its title in the first line.

    Raises:
        InputError: with file, line and the fix, for a line that is not known to be good, no transient or several, and
            for a temperature of its own.
    """
    title = text.replace("\r\n", "\n").partition("\n")[0]
    check_netlist(f"{title}\n", file)  # a title that ngspice would take for a command
    body = [_plural(line) for line in logical_lines(text.replace("\r\n", "\n").partition("\n")[2], file, 2)]
    if body and body[-1].word == ".end":
        body.pop()
    body = with_parameters(body)
    check_lines(body, more=_OURS, hint=_RANDOM)
    for line in body:
        if line.word == ".options" and any(name == "temp" for name, _ in options(line)):
            raise InputError(
                f"{line.place}: `{line.excerpt}`: the temperature is that of the experiment "
                "(`technology.temperature`): remove `temp`"
            )
    transients = [line for line in body if line.word == ".tran"]
    if not transients:
        raise InputError(f"{file}: there is no `.tran` line: add one, such as `.tran 10p 20n` (step, end)")
    if len(transients) > 1:
        places = ", ".join(str(line.number) for line in transients)
        raise InputError(f"{file}: {len(transients)} `.tran` lines ({places}), expected 1: leave one")
    stop_time = spice_number(transients[0].text.split()[2])
    if not stop_time or stop_time <= 0:
        raise InputError(f"{transients[0].place}: `{transients[0].excerpt}`: expected an end above 0 s")
    return Source(file, tuple(body), stop_time, title)


def _plural(line: Line) -> Line:
    if line.word not in (".option", ".opt"):
        return line
    return replace(line, parts=(f".options{line.parts[0][len(line.word) :]}", *line.parts[1:]))
