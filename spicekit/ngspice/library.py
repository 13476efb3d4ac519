"""libngspice in this process, spoken to through ctypes."""

import atexit
import contextlib
import ctypes
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from ctypes import CFUNCTYPE, POINTER, c_bool, c_char_p, c_double, c_int, c_void_p
from pathlib import Path

import numpy as np

from spicekit.errors import SimulatorError
from spicekit.ngspice import environment, libngspice, scratch

OLDEST_VERSION = 36
_ERROR = re.compile(
    r"error|aborted|too few|too many|no such|cannot|can't|could not|unknown|undefined|not parsed",
    re.IGNORECASE,
)
_SendChar = CFUNCTYPE(c_int, c_char_p, c_int, c_void_p)
_ControlledExit = CFUNCTYPE(c_int, c_int, c_bool, c_bool, c_int, c_void_p)
_SourceData = CFUNCTYPE(c_int, POINTER(c_double), c_double, c_char_p, c_int, c_void_p)


class SimulatorLost(SimulatorError):
    """ngspice ended its process, or cannot go on in it: that process cannot simulate any more, a new one can."""


def parse_version(lines: list[str]) -> str:
    """Return the version, such as "39.3", that ngspice's greeting states; "0" if it states none."""
    found = re.search(r"ngspice-(\d+(?:\.\d+)*)", "\n".join(lines))
    return found[1] if found else "0"


@contextlib.contextmanager
def private_folder(folder: Path) -> Iterator[None]:
    """Work in `folder`: what ngspice drops (`bsim4v5.out`) lands there."""
    with contextlib.chdir(folder):
        yield


class Library:
    """libngspice in this process. There can be one per process, since its state is global.

    Attributes:
        version: e.g. "39".
        exit_requested: text once ngspice has asked to end the process, else "".
        folder: private and empty at the start.
        models: Verilog-A text of the compiled models loaded so far, by module name.
    """

    def __init__(self) -> None:
        """Load and initialise. Raises SimulatorError if the library is missing or too old."""
        self._lines: list[bytes] = []
        self.exit_requested = ""
        self.models: dict[str, str] = {}
        self.folder = Path(
            scratch.make_folder()
        )  # named by process: a later run removes what a killed one leaves
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        # Two BSIM4 threads cost more than they give. ngspice sets their number itself, so OMP_NUM_THREADS has
        # no effect; the limit is read when the library loads, and must not stay for the caller's other
        # libraries.
        with environment.changed(OMP_THREAD_LIMIT="1"):
            self._c = libngspice.load()
        # Kept as attributes: ctypes callbacks must outlive the library's use of them.
        self._send_char = _SendChar(self._on_line)
        self._controlled_exit = _ControlledExit(self._on_exit)
        # Start-up files are read here, and only here.
        with environment.start_up_folder(self.folder, libngspice.code_models(self._c)):
            self._c.ngSpice_Init(self._send_char, None, self._controlled_exit, None, None, None, None)
        self._inputs: dict[bytes, Callable[[float], float]] = {}
        self._source_data = _SourceData(self._on_source)
        self._ident = c_int(0)
        self.version = parse_version(self._taken())
        if int(self.version.split(".")[0]) < OLDEST_VERSION:
            raise SimulatorError(
                f"ngspice {self.version} is too old, expected {OLDEST_VERSION} or newer; {libngspice.INSTALL_HINT}"
            )
        self.command("set num_threads=1")

    def feed(self, inputs: Mapping[str, Callable[[float], float]]) -> None:
        """Let sources that the netlist marks `external` follow functions of the time [s], by source name."""
        self._inputs = {name.lower().encode(): function for name, function in inputs.items()}
        self._c.ngSpice_Init_Sync(self._source_data, self._source_data, None, ctypes.byref(self._ident), None)

    def command(self, text: str) -> list[str]:
        """Run a command and return what ngspice printed; its return code says nothing."""
        self._lines.clear()
        self._c.ngSpice_Command(text.encode())
        # ngspice keeps every command it was ever given (3 kB per sample); NULL makes it forget them.
        self._c.ngSpice_Command(None)
        return self._taken()

    def load(self, netlist: str) -> list[str]:
        """Load a circuit and return what ngspice printed."""
        self._lines.clear()
        lines = [line.encode() for line in netlist.rstrip("\n").split("\n")]
        with environment.no_new_processes():
            self._c.ngSpice_Circ((c_char_p * (len(lines) + 1))(*lines, None))
        return self._taken()

    def plot(self) -> str:
        """Return the name of the current plot: `const` if no analysis left one."""
        return self._c.ngSpice_CurPlot().decode()

    def vector(self, plot: str, name: str) -> np.ndarray | None:
        """Return a read-only copy of a real vector, or None; name the plot, as `const` has an `e` too."""
        info = self._c.ngGet_Vec_Info(f"{plot}.{name}".encode())
        if not info:
            return None
        found = info[0]
        if not found.real or found.length < 1:
            return None
        # One copy; ctypes' own array types cost more than that.
        return np.frombuffer(ctypes.string_at(found.real, 8 * found.length))

    def _taken(self) -> list[str]:
        lines = [line.decode(errors="replace") for line in self._lines]
        self._lines.clear()
        return lines

    def _on_line(self, line: bytes, _id: int, _user: object) -> int:
        self._lines.append(line)
        return 0

    def _on_source(
        self, value: "ctypes._Pointer[c_double]", time: float, name: bytes, _id: int, _u: object
    ) -> int:
        value[0] = self._inputs[name](time)
        return 0

    def _on_exit(self, status: int, _immediate: bool, quit_asked: bool, _id: int, _user: object) -> int:
        self.exit_requested = "quit" if quit_asked else f"exit {status}"
        return 0


def errors_in(lines: list[str]) -> list[str]:
    """Return the lines that report an error, without ngspice's `stderr` mark; warnings and notes are none."""
    said = [line.removeprefix("stderr ").strip() for line in lines if line.startswith("stderr ")]
    return [s for s in said if _ERROR.search(s) and not s.lower().startswith(("warning", "note"))]
