"""Resolves the includes and library sections of the user's SPICE files into one flat list of checked lines.

ngspice is never given a file name: what it reads is what was checked, and other sections of a foundry's library, which
would take it minutes, stay out.
"""

import os
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from spicekit.errors import InputError, did_you_mean
from spicekit.ngspice.lines import Line, element_words, logical_lines

_DEEPEST = 50
_MOST_FILES = 20_000  # opened, each as often as it is asked for; the largest public kit opens 2,000
_MOST_BYTES = 256 << 20  # of text in all
_LONGEST_NAME, _LONGEST_PATH = 255, 1000  # bytes, less than which neither Linux nor macOS refuses
_INCLUDES = (".inc", ".incl", ".include")
_IGNORED = (".prot", ".protect", ".unprot", ".unprotect")  # marks of a foundry for encryption, without effect
_OF_XYCE = re.compile(r"\.options?\s+parser\b", re.IGNORECASE)  # which libraries for both simulators have
_NAME = r"\"[^\"]*\"|'[^']*'|[^\s\"']+"
_INCLUDE = re.compile(rf"\.inc(?:l|lude)?(?:\s*=\s*|\s+)(?P<path>{_NAME})", re.IGNORECASE)
_LIB = re.compile(rf"\.lib\s+(?P<first>{_NAME})(?:\s+(?P<section>{_NAME}))?", re.IGNORECASE)


def read_netlist(path: Path, asked_by: str = "") -> str:
    """Return the text of a file: UTF-8, with or without byte order mark, or Latin-1.

    Raises:
        InputError: no plain file of that name, too large, or not readable.
    """
    by = f" (asked for by {asked_by})" if asked_by else ""
    try:
        if not path.is_file():
            raise InputError(f"{path}: no such file{by}; give the path of a SPICE library")
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(f"{path}: is larger than {_MOST_BYTES >> 20} MiB{by}; give a library of models")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path!s:.200}: cannot be read{by}: {getattr(error, 'strerror', None) or error}"
        ) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def check_length(name: str, place: str) -> None:
    """Check that a path is one that a file can have, as the system refuses even to look for others.

    Raises:
        InputError: it is too long, or a name in it is.
    """
    longest = max((len(os.fsencode(part)) for part in Path(name).parts), default=0)
    if longest > _LONGEST_NAME or len(os.fsencode(name)) > _LONGEST_PATH:
        what = f"a name of {longest}" if longest > _LONGEST_NAME else str(len(os.fsencode(name)))
        most = f"at most {_LONGEST_NAME} in a name and {_LONGEST_PATH} in all"
        raise InputError(f"{place}: the path `{name:.60}…` has {what} bytes, expected {most}")


def expanded(name: str, place: str) -> Path:
    """Return the path that `name` stands for, with ``~`` and ``$VAR`` or ``${VAR}`` replaced; `place` is for messages.

    Raises:
        InputError: a variable is not set, there is no such home folder, or the path is too long for a file.
    """
    check_length(name, place)
    for braced, plain in re.findall(r"\$(?:\{(\w+)\}|(\w+))", name):
        if (braced or plain) not in os.environ:
            raise InputError(
                f"{place}: the path `{name}` holds `${braced or plain}`, which is not set: set it, or write it out"
            )
    try:
        path = Path(os.path.expandvars(name)).expanduser()
    except RuntimeError:
        raise InputError(f"{place}: the path `{name}` names a home folder that there is not") from None
    check_length(str(path), place)
    return path


@dataclass
class _Reader:
    """What was read so far: each file once, and how much in all."""

    files: dict[Path, list[Line]] = field(default_factory=dict)
    opened: int = 0
    size: int = 0

    def lines(self, path: Path, asked_by: str) -> list[Line]:
        if path not in self.files:
            text = read_netlist(path, asked_by)
            self.size += len(text)
            self.files[path] = logical_lines(text, str(path))
        self.opened += 1
        if self.opened > _MOST_FILES or self.size > _MOST_BYTES:
            raise InputError(
                f"{path} (asked for by {asked_by}): the library includes more than {_MOST_FILES:,} files or "
                f"{_MOST_BYTES >> 20} MiB: give a smaller part of it"
            )
        return self.files[path]


def flat_lines(path: Path, section: str | None = None) -> list[Line]:
    """Return the lines of a library (of one ``.lib`` section, if given) and of all it includes; none is checked yet.

    Definitions of other sections are left out, and so is ``.end``, as ngspice does.

    Raises:
        InputError: with file and line, for a file or section that is missing or includes itself, and for too many.
    """
    return _resolved(_Reader(), path, section, ())


def _resolved(
    reader: _Reader, path: Path, section: str | None, stack: tuple[tuple[Path, str], ...], asked_by: str = ""
) -> list[Line]:
    key = (path, (section or "").lower())
    if key in stack:
        raise InputError(
            f"{path}{f', section `{section}`' if section else ''} includes itself (asked for by {asked_by})"
        )
    if len(stack) > _DEEPEST:
        raise InputError(f"{path}: includes are nested more than {_DEEPEST} deep (asked for by {asked_by})")
    lines, found = reader.lines(path, asked_by), []
    for line in _outside(lines) if section is None else _section(lines, section, path, asked_by):
        if line.word in _INCLUDES:
            match, wanted = _INCLUDE.fullmatch(line.text), None
            name = match["path"] if match else ""
        elif line.word == ".lib":
            match = _LIB.fullmatch(line.text)
            name, wanted = (match["first"], _plain(match["section"])) if match else ("", None)
        elif line.word == ".end" or line.word in _IGNORED or _OF_XYCE.match(line.text):
            continue
        else:
            found.append(line)
            continue
        if not name:
            raise InputError(
                f'{line.place}: `{line.excerpt}`: expected `.include "FILE"` or `.lib "FILE" SECTION` (with blanks)'
            )
        child = expanded(_plain(name), line.place)
        child = Path(os.path.normpath(child if child.is_absolute() else path.parent / child))
        found += _resolved(reader, child, wanted, (*stack, key), line.place)
    return found


def in_use(lines: Sequence[Line], names: Collection[str] = ()) -> list[Line]:
    """Return the lines without those subcircuits, of the ones outside of all others, that nothing needs.

    What is needed is each that an element outside of subcircuits calls, those in `names`, and all that they call. A
    foundry's library is mostly other devices, whose statistics would be drawn too.
    """
    bodies: dict[str, list[int]] = {}
    owner: list[str] = []
    depth, name = 0, ""
    for line in lines:
        if line.word == ".subckt" and not depth:
            name = (line.text.lower().split()[1:2] or [""])[0]
        depth += line.word == ".subckt"
        owner.append(name if depth else "")
        bodies.setdefault(owner[-1], []).append(len(owner) - 1)
        depth = max(depth - (line.word == ".ends"), 0)
    todo = ["", *(one.lower() for one in names)]
    wanted = set(todo)
    while todo:
        for place in bodies.get(todo.pop(), ()):
            if lines[place].word[0] != "x":
                continue
            for word in element_words(lines[place])[1:]:
                if word.lower() in bodies and word.lower() not in wanted:
                    wanted.add(word.lower())
                    todo.append(word.lower())
    return [line for line, one in zip(lines, owner, strict=True) if one in wanted]


def sections(path: Path) -> list[str]:
    """Return the names of the ``.lib`` sections that a file defines."""
    return [name for line in logical_lines(read_netlist(path), str(path)) if (name := _opens(line))]


def _outside(lines: list[Line]) -> list[Line]:
    """Return the lines outside of all sections: a file that is included defines them, but does not use them."""
    found, inside = [], False
    for line in lines:
        if _opens(line):
            inside = True
        elif line.word == ".endl":
            inside = False
        elif not inside:
            found.append(line)
    return found


def _section(lines: list[Line], section: str, path: Path, asked_by: str) -> list[Line]:
    """Return the lines of the first section of that name, as ngspice does."""
    known, start = [], None
    for at, line in enumerate(lines):
        name = _opens(line)
        if name and start is None:
            known.append(name)
            start = at + 1 if name.lower() == section.lower() else None
        elif name:
            raise InputError(
                f"{line.place}: section `{name}` begins before section `{section}` ends: add `.endl`"
            )
        elif line.word == ".endl" and start is not None:
            return lines[start:at]
    if start is not None:
        raise InputError(f"{path}: section `{section}` has no `.endl`: add it")
    by = f" (asked for by {asked_by})" if asked_by else ""
    raise InputError(f"{path}: no section `.lib {section}`{did_you_mean(section, known)}{by}")


def _opens(line: Line) -> str:
    """Return the name of the section that a line opens; "" if it opens none."""
    match = _LIB.fullmatch(line.text) if line.word == ".lib" else None
    return _plain(match["first"]) if match and match["section"] is None else ""


def _plain(name: str | None) -> str:
    return (name or "").strip("\"'")
