"""Refuses netlists and models that would make ngspice execute commands.

ngspice runs, without asking, every `.control` block (also behind `.end`, inside included files, and under any
name that starts with `.control`), every comment that starts with `*#`, and files that start with
`*ng_script`. Such commands include `shell`. Some XSPICE code models start programs or load libraries of their
own.
"""

import re
from pathlib import Path

from spicekit.errors import InputError

# Blanks as the eye sees them: ngspice versions differ in what they strip, so all of these are stripped here.
_BLANKS = re.compile(r"^[\s\x00-\x20\x7f\xa0\ufeff\u200b]+")
_EXECUTED = re.compile(
    r"^(\.control|\.endc|\.exec|\.script|\*#|\*ng_|\.pre_|pre_osdi|pre_codemodel|codemodel\b|osdi\b)"
)
_CODE_MODELS = re.compile(r"\b(d_process|d_cosim)\b")
_INCLUDE = re.compile(r"^\.inc(?:lude|l|ludes)?\s*(?:=\s*)?(?P<path>\"[^\"]*\"|'[^']*'|\S+)", re.IGNORECASE)
_LIB = re.compile(r"^\.lib\s+(?P<path>\"[^\"]*\"|'[^']*'|\S+)\s+\S", re.IGNORECASE)


def logical_lines(text: str) -> list[tuple[int, str]]:
    """Return (line number, line) with blanks stripped in front and `+` continuations joined."""
    lines: list[tuple[int, str]] = []
    for number, raw in enumerate(re.split(r"\r\n|\r|\n|\v|\f|\x85|\u2028|\u2029", text), start=1):
        line = _BLANKS.sub("", raw)
        if line.startswith("+") and lines:
            first, start = lines[-1]
            lines[-1] = (first, start + line[1:])
        else:
            lines.append((number, line))
    return lines


def refuse_control_blocks(text: str, source: str, *, allow: bool = False) -> None:
    """Raise unless `text` is free of everything ngspice would execute.

    Args:
        text: a netlist or model file of foreign origin.
        source: its name, for the message.
        allow: the user takes the risk; nothing is checked.

    Raises:
        InputError: with source, line number and what was found.
    """
    if allow:
        return
    # Both readings are looked at, since ngspice joins continuations only after it has found the blocks.
    split = [
        (n, _BLANKS.sub("", line))
        for n, line in enumerate(re.split(r"[\r\n]", text.replace("\r\n", "\n")), 1)
    ]
    for number, line in sorted(set(split + logical_lines(text))):
        found = _EXECUTED.match(line.lower())
        if found is None and not line.startswith("*"):
            found = _CODE_MODELS.search(line.lower())
        if found:
            raise InputError(
                f"{source}, line {number}: `{line.strip()[:40]}` makes ngspice execute commands, expected a "
                "plain netlist; if you trust the file, remove the line: spicekit runs the analyses itself"
            )


def included_paths(text: str, folder: Path) -> list[tuple[int, Path]]:
    """Return (line number, path) of every `.include` and `.lib FILE SECTION`, relative to `folder`."""
    paths = []
    for number, line in logical_lines(text):
        found = _INCLUDE.match(line) or _LIB.match(line)
        if found:
            name = Path(found["path"].strip("\"'")).expanduser()
            paths.append((number, name if name.is_absolute() else folder / name))
    return paths


def check_foreign_file(path: Path, *, allow: bool = False) -> tuple[Path, ...]:
    """Check a foreign file and all it includes, to any depth; return the files read, in order.

    Raises:
        InputError: for executed lines (unless `allow`), and for a file that is missing or is not a plain
            file.
    """
    done: dict[Path, None] = {}
    waiting = [(Path(path), "")]
    while waiting:
        file, wanted_by = waiting.pop()
        resolved = file.resolve()
        if resolved in done:
            continue
        if not resolved.is_file():
            raise InputError(
                f"{wanted_by or file}: `{file}` is not a file; give the path of an existing netlist or model"
            )
        done[resolved] = None
        text = resolved.read_text(encoding="utf-8", errors="replace")
        refuse_control_blocks(text, str(file), allow=allow)
        waiting += [(child, f"{file}, line {n}") for n, child in included_paths(text, resolved.parent)]
    return tuple(done)
