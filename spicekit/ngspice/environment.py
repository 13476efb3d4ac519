"""What ngspice sees of its surroundings: nothing that could change a result, or let a netlist do harm.

ngspice reads `spinit`, then `.spiceinit` of the working folder, else that of the user's home as the password file has
it, whatever HOME says. Only a `.spiceinit` in the working folder keeps the other away, in all versions. So both files
are ours, and the variables that name other places are hidden.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

try:
    import resource
except ImportError:  # Windows
    resource = None

LARGEST_FILE = 1 << 30  # bytes that a worker may write into one file
LEAST_MEMORY = 2 << 30  # bytes that a worker may always take; more on a machine that has more
_HIDDEN = ("SPICE_", "NGSPICE_")  # folders of start-up files and programs, digits of results
_START_UP_FILES = ("spinit", ".spiceinit")
_COMPILERS_PATH = "SPICEKIT_COMPILERS_PATH"


@contextlib.contextmanager
def start_up_folder(folder: Path, code_models: Sequence[Path]) -> Iterator[None]:
    """Work in `folder`, where ngspice, while it starts, finds our start-up files and no others.

    Args:
        folder: private; the files are removed at the end.
        code_models: XSPICE libraries to load, as the installed `spinit` would.
    """
    spinit = "* read by ngspice while it starts\n" + "".join(f"codemodel {path}\n" for path in code_models)
    for name, text in zip(_START_UP_FILES, (spinit, "* keeps other start-up files away\n"), strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    hidden = {name: None for name in os.environ if name.startswith(_HIDDEN)}
    home = str(folder)
    try:
        with (
            contextlib.chdir(folder),
            changed(**{**hidden, "HOME": home, "USERPROFILE": home, "SPICE_SCRIPTS": "."}),
        ):
            yield
    finally:
        for name in _START_UP_FILES:
            (folder / name).unlink(missing_ok=True)


@contextlib.contextmanager
def changed(**wanted: str | None) -> Iterator[None]:
    """Set environment variables, or take them away (None), for as long as the block runs."""
    before = {name: os.environ.get(name) for name in wanted}
    _set(wanted)
    try:
        yield
    finally:
        _set(before)


def seal(folder: str) -> None:
    """Make the surroundings of this worker process ours, for good: variables, working folder, limits.

    No program is found by name, no file grows beyond a gigabyte, no crash leaves a memory image, and a netlist that
    explodes ends the worker before the machine runs out of memory.

    Raises:
        FileNotFoundError: the folder is gone.
    """
    with contextlib.suppress(RuntimeError):  # a user without a home
        os.environ.setdefault("XDG_CACHE_HOME", str(Path.home() / ".cache"))  # compiled models stay there
    os.environ.setdefault(_COMPILERS_PATH, os.environ.get("PATH", os.defpath))
    library = os.environ.get("SPICEKIT_LIBNGSPICE")
    if library and os.path.dirname(library):
        os.environ["SPICEKIT_LIBNGSPICE"] = os.path.abspath(library)
    _set({name: None for name in list(os.environ) if name.startswith(_HIDDEN)})
    # What a killed worker leaves in its temporary folder goes away with it.
    _set({"HOME": folder, "USERPROFILE": folder, "TMPDIR": folder, "PATH": "", "OMP_THREAD_LIMIT": "1"})
    tempfile.tempdir = folder
    os.chdir(folder)
    if resource is not None:
        _lower(resource.RLIMIT_CORE, 0)
        _lower(resource.RLIMIT_FSIZE, LARGEST_FILE)
        if taken := _data_taken():
            memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
            _lower(resource.RLIMIT_DATA, taken + max(LEAST_MEMORY, memory // 2))


@contextlib.contextmanager
def no_new_processes() -> Iterator[None]:
    """Refuse new processes and threads while the block runs. The system does not refuse them to root."""
    if resource is None:
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_NPROC)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NPROC, before)


def compilers_path() -> str:
    """Return the PATH on which a compiler and its linker are found, also in a worker, whose own is empty."""
    return os.environ.get(_COMPILERS_PATH) or os.environ.get("PATH", os.defpath)


def _set(wanted: dict[str, str | None]) -> None:
    for name, value in wanted.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _lower(kind: int, wanted: int) -> None:
    """Lower the limit that this process has chosen, never below one that is lower already."""
    assert resource is not None
    soft, hard = resource.getrlimit(kind)
    limits = [limit for limit in (soft, hard, wanted) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(kind, (min(limits), hard))


def _data_taken() -> int:
    """Return the bytes of data that count against the limit now; 0 where the system does not say."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmData:"):
                return int(line.split()[1]) * 1024
    return 0
