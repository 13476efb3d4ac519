"""Loads compiled Verilog-A models (OSDI) into the ngspice of this process, where it can."""

import hashlib
from pathlib import Path

from spicekit.errors import SimulatorError
from spicekit.ngspice.compiled import Compiled
from spicekit.ngspice.library import Library, SimulatorLost
from spicekit.ngspice.verilog_a import compile_model, module_name

OLDEST = 44
"""First ngspice that reads the version of OSDI that openvaf-r writes; some older ones have the command, and refuse."""

OSDI_HINT = (
    f"it takes ngspice {OLDEST} or newer, built with OSDI, which is the default (Debian 12 has 39.3): install one and "
    "set SPICEKIT_LIBNGSPICE to its library file"
)


def can_load(library: Library) -> bool:
    """Return whether this ngspice has the command `osdi`, and understands what the compiler writes."""
    # Without a file name it loads nothing; an ngspice that lacks the command says so.
    has_command = "no such command" not in " ".join(library.command("osdi"))
    return has_command and int(library.version.split(".")[0]) >= OLDEST


def load_compiled(library: Library, file: Compiled) -> None:
    """Load an OSDI file once.

    Raises:
        SimulatorError: this ngspice cannot load OSDI, or the file is another one than when the deck was made.
    """
    if library.models.get(file.sha256):
        return
    if not can_load(library):
        raise SimulatorError(
            f"{file.path}: ngspice {library.version} cannot load compiled models: {OSDI_HINT}"
        )
    # loaded from a copy: its name needs no quotes, and its bytes are those of the deck
    copy = library.folder / f"{file.sha256[:32]}.osdi"
    data = Path(file.path).read_bytes() if Path(file.path).is_file() else b""
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise SimulatorError(
            f"{file.path}: the file is missing or was changed since the deck was made: start again"
        )
    copy.write_bytes(data)
    if said := library.command(f"osdi ./{copy.name}"):
        raise SimulatorError(f"{file.path}: ngspice does not load it: {'; '.join(said[-3:])}")
    library.models[file.sha256] = file.path


def load_model(library: Library, source: str) -> None:
    """Compile a Verilog-A text unless its cached library will do, and load it once.

    Raises:
        InputError: no compiler, or an error in the text.
        SimulatorError: this ngspice cannot load OSDI.
        SimulatorLost: it has another module of the same name loaded.
    """
    name, known = module_name(source), library.models
    if known.get(name) == source:
        return
    if name in known:  # a new process can load it, and is tried
        raise SimulatorLost(
            f"Verilog-A module `{name}` is loaded with another text already, and ngspice cannot unload it: give the "
            "module another name"
        )
    if not can_load(library):
        raise SimulatorError(f"ngspice {library.version} cannot load Verilog-A models (OSDI): {OSDI_HINT}")
    # ngspice takes quotes for a part of the name, so that the path must have no blank: a link in its own folder.
    link = library.folder / f"{name}.osdi"
    link.unlink(missing_ok=True)
    link.symlink_to(compile_model(source))
    if said := library.command(f"osdi ./{link.name}"):
        raise SimulatorError(f"ngspice does not load the Verilog-A module `{name}`: {'; '.join(said[-3:])}")
    known[name] = source
