"""Finds the library file of ngspice, and says what is wrong with a file that is none."""

import ctypes
import ctypes.util
import os
import sys
from ctypes import POINTER, Structure, c_char_p, c_int, c_short, c_void_p
from pathlib import Path

from spicekit.errors import SimulatorError

_INSTALL = (
    "install it (Debian, Ubuntu: `apt install libngspice0 ngspice`; Fedora: `dnf install libngspice ngspice`; "
    "macOS: `brew install libngspice ngspice`; conda: `conda install -c conda-forge ngspice-lib ngspice`)"
)
INSTALL_HINT = f"{_INSTALL}, or set SPICEKIT_LIBNGSPICE to the library file"
_FILE_HINT = "give the library file, such as /usr/lib/x86_64-linux-gnu/libngspice.so.0"
_FUNCTIONS = (
    "ngGet_Vec_Info",
    "ngSpice_Init",
    "ngSpice_Init_Sync",
    "ngSpice_Circ",
    "ngSpice_Command",
    "ngSpice_CurPlot",
)
# Device numbers follow from the order, which is that of the installed `spinit`.
_CODE_MODELS = ("spice2poly", "analog", "digital", "xtradev", "xtraevt", "table", "tlines")


class VectorInfo(Structure):
    """`vector_info` of ngspice's header `sharedspice.h`."""

    _fields_ = (
        ("name", c_char_p),
        ("type", c_int),
        ("flags", c_short),
        ("real", c_void_p),
        ("complex", c_void_p),
        ("length", c_int),
    )


class _Symbol(Structure):
    _fields_ = (("file", c_char_p), ("base", c_void_p), ("name", c_char_p), ("address", c_void_p))


def candidates() -> list[str]:
    """Return the names and paths tried, in order. SPICEKIT_LIBNGSPICE, if set, is the only one."""
    if chosen := os.environ.get("SPICEKIT_LIBNGSPICE"):
        return [chosen]
    found = ctypes.util.find_library("ngspice")
    names = {
        "darwin": ["libngspice.0.dylib", "libngspice.dylib"],
        "win32": ["ngspice.dll", "libngspice-0.dll"],
    }
    here = names.get(sys.platform, ["libngspice.so.0", "libngspice.so"])
    folders = [Path(sys.prefix) / "lib", Path(sys.prefix) / "Library" / "bin"]
    folders += [Path(p) / "lib" for p in (os.environ.get("CONDA_PREFIX"), "/opt/homebrew", "/usr/local") if p]
    in_folders = [str(f / n) for f in folders for n in here if (f / n).is_file()]
    return ([found] if found else []) + here + in_folders


def load() -> ctypes.CDLL:
    """Load the first candidate that is a libngspice. Raises SimulatorError that says what each one is instead."""
    tried = candidates()
    for name in tried:
        try:
            library = ctypes.CDLL(name)
        except OSError as error:
            if os.environ.get("SPICEKIT_LIBNGSPICE"):
                raise SimulatorError(f"SPICEKIT_LIBNGSPICE: {_what_it_is(name, str(error))}") from None
            continue
        lacking = [function for function in _FUNCTIONS if not hasattr(library, function)]
        if lacking:
            raise SimulatorError(f"`{name}` is no libngspice: it lacks `{lacking[0]}`; {_FILE_HINT}")
        library.ngGet_Vec_Info.restype = POINTER(VectorInfo)
        library.ngSpice_CurPlot.restype = c_char_p
        return library
    raise SimulatorError(f"libngspice is not found (tried {', '.join(tried)}); {INSTALL_HINT}")


def code_models(library: ctypes.CDLL) -> list[Path]:
    """Return the XSPICE libraries that were installed with this libngspice; none if they are not beside it."""
    path = _path_of(library)
    if path is None:
        return []
    folder = path.resolve().parent / "ngspice"
    known = [folder / f"{name}.cm" for name in _CODE_MODELS]
    return [path for path in known if path.is_file()]


def _path_of(library: ctypes.CDLL) -> Path | None:
    given = Path(library._name)
    if given.is_absolute():
        return given
    try:
        find = ctypes.CDLL(None).dladdr
    except (AttributeError, OSError, TypeError):  # not Unix
        return None
    found = _Symbol()
    find.argtypes = (c_void_p, POINTER(_Symbol))
    if not find(ctypes.cast(library.ngSpice_Init, c_void_p), ctypes.byref(found)) or not found.file:
        return None
    return Path(os.fsdecode(found.file))


def _what_it_is(name: str, words: str) -> str:
    """Say why the dynamic loader, which speaks in `words`, does not load `name`."""
    path = Path(name)
    if path.is_dir():
        return f"`{name}` is a folder; {_FILE_HINT}"
    if not path.exists():
        sought = "there is no file" if os.path.dirname(name) else "the system finds no library"
        return f"{sought} `{name}`; {_FILE_HINT}; if ngspice is missing, {_INSTALL}"
    try:
        with path.open("rb") as file:
            start = file.read(20)
    except OSError as error:
        return f"`{name}` cannot be read ({error.strerror}); {_FILE_HINT}"
    if start[:2] in (b"#!", b"MZ") or "cannot dynamically load" in words or "wrong filetype" in words:
        return f"`{name}` is a program; {_FILE_HINT}"
    if sys.platform.startswith("linux") and start[:4] != b"\x7fELF":
        return f"`{name}` is no shared library; {_FILE_HINT}"
    if "wrong ELF class" in words or "incompatible architecture" in words or _foreign_machine(start):
        return f"`{name}` is made for another kind of processor ({os.uname().machine} is here); {_FILE_HINT}"
    return f"`{name}` does not load ({words.removeprefix(name).strip(': ')}); {_FILE_HINT}"


def _foreign_machine(start: bytes) -> bool:
    """Whether an ELF file is for another machine than this Python, whose own file tells."""
    if not sys.platform.startswith("linux"):
        return False
    with Path(sys.executable).open("rb") as file:
        return file.read(20)[18:20] != start[18:20]
