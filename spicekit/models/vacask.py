"""Runs a memory device's Verilog-A in the simulator VACASK: the netlist, the program, and its raw output."""

import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from spicekit.errors import SimulatorError
from spicekit.models.rram import RramModel
from spicekit.models.verilog_a import text_of
from spicekit.ngspice.verilog_a import compile_model, find_program, module_name

ZERO_CELSIUS = 273.15  # K
_TIMEOUT = 300.0  # s


@dataclass(frozen=True)
class Testbench:
    """A memory device behind a series resistor, driven by a piecewise-linear voltage."""

    points: tuple[tuple[float, float], ...]  # (time [s], voltage [V]); the last is where the run stops
    series: float  # Ohm
    gap: float  # nm, at the start
    temperature: float  # K, of the surroundings
    step: float  # s, at most
    relative_tolerance: float
    values: Mapping[str, float] = field(default_factory=dict)  # parameters other than nominal

    @property
    def stop_time(self) -> float:
        return self.points[-1][0]


def netlist(model: RramModel, bench: Testbench, name: str, library: str) -> str:
    """Return the VACASK input: nodes `drive`, `te`, `gap` [nm] and `temp` [K]; writes `tran.raw`.

    `name` is the Verilog-A module and `library` the file it was compiled to.
    """
    card = {k: q.value for k, q in model.quantities.items()} | dict(bench.values)
    wave = ", ".join(f"{time:.12g}, {voltage:.9g}" for time, voltage in bench.points)
    tolerance = bench.relative_tolerance
    return "\n".join(
        [
            f"{model.name} behind {bench.series:g} Ohm",
            f'load "{library}"',
            'load "resistor.osdi"',
            "ground 0",
            "model resistor resistor",
            "model vsource vsource",
            f"model {model.name} {name} ({' '.join(f'{k}={v!r}' for k, v in card.items())})",
            f'vdrive (drive 0) vsource type="pwl" wave=[{wave}]',
            f"rseries (drive te) resistor r={bench.series!r}",
            f"xcell (te 0 gap temp) {model.name}",
            "control",
            "  abort always",
            '  options rawfile="binary" tran_method="trap" tran_lteratio=1',  # ngspice's trtol
            f"  options reltol={tolerance:g} vntol=1e-9 abstol=1e-11 temp={bench.temperature - ZERO_CELSIUS:.10g}",
            f"  analysis tran tran step={bench.step / 10:.6g} maxstep={bench.step:.6g} stop={bench.stop_time:.12g} "
            f'icmode="uic" ic={{"gap", {bench.gap!r}}}',
            "endc",
            "",
        ]
    )


def simulate(model: RramModel, bench: Testbench) -> dict[str, np.ndarray]:
    """Run `bench` in VACASK; return its waves by node name, and `time` [s].

    Raises:
        InputError: VACASK or the compiler is missing, or the model's Verilog-A does not compile.
        SimulatorError: VACASK failed, or did not reach the end.
    """
    source = text_of(model)
    library = compile_model(source)
    return run(netlist(model, bench, module_name(source), str(library)), bench.stop_time)


def run(text: str, stop_time: float) -> dict[str, np.ndarray]:
    """Run a VACASK input that writes `tran.raw`; return its waves by node name, and `time` [s].

    Raises:
        InputError: VACASK is missing.
        SimulatorError: it failed, or did not reach `stop_time` [s].
    """
    program = find_program("vacask")
    with tempfile.TemporaryDirectory(prefix="spicekit-vacask-") as folder:
        deck = Path(folder) / "bench.sim"
        deck.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [program, "--skip-postprocess", "--quiet-progress", deck.name],
            cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT, check=False,
        )  # fmt: skip
        raw = Path(folder) / "tran.raw"
        if done.returncode or not raw.is_file():
            said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
            raise SimulatorError(f"VACASK failed: {'; '.join(said[-3:])}")
        waves = read_raw(raw.read_bytes())
    if not waves["time"][-1] >= stop_time * (1 - 1e-9):
        raise SimulatorError(f"VACASK ends at {waves['time'][-1]:g} s, expected {stop_time:g} s")
    return waves


def read_raw(content: bytes) -> dict[str, np.ndarray]:
    """Return the vectors of a binary SPICE raw file with one real plot, by name.

    Raises:
        SimulatorError: it is something else, or cut off.
    """
    header, mark, data = content.partition(b"Binary:\n")
    lines = header.decode(errors="replace").splitlines()
    entries = {
        key.strip().lower(): value.strip() for key, _, value in (line.partition(":") for line in lines)
    }
    if not mark or "real" not in entries.get("flags", "") or "variables" not in entries:
        raise SimulatorError("raw file: not a binary SPICE raw file of real vectors")
    first = next(n for n, line in enumerate(lines) if line.lower().startswith("variables:")) + 1
    count, points = int(entries["no. variables"]), int(entries["no. points"])
    names = [line.split()[1] for line in lines[first : first + count]]
    if len(data) < 8 * count * points:
        raise SimulatorError("raw file: cut off")
    table = np.frombuffer(data, count=count * points).reshape(points, count)
    return dict(zip(names, table.T, strict=True))
