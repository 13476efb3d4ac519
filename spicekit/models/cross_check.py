"""The Verilog-A text in VACASK against the subcircuit in ngspice: the same pulses, the same parameter set.

``python -m spicekit.models.cross_check [CARD.toml]`` prints how far they are apart, for the nominal device and for
corners of its spread, at two temperatures. Two simulators that share no code, on two statements of the equations.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from spicekit.errors import SpicekitError
from spicekit.models.rram import ALTER, RramModel, load_rram
from spicekit.models.vacask import ZERO_CELSIUS, Testbench, simulate
from spicekit.ngspice import Deck, Parameter, waveforms

EDGE, REST, PULSE = 5e-9, 20e-9, 100e-9  # s
SERIES = {"cycle": 4e3, "forming": 10e3}  # Ohm, limits the current
SET, RESET, FORM, READ = 1.8, -2.5, 3.3, 0.2  # V
FORMING_TIME = 2e-6  # s
TEMPERATURES = (300.15, 358.15)  # K
SIGMAS = 2.0  # of the corners, all parameters at once
LEAST_CURRENT = 1e-6  # A, compared down to here
TIME_TOLERANCE = 0.1e-9  # s, that currents may be shifted against each other


@dataclass(frozen=True)
class Difference:
    """How far the two are apart on one bench."""

    what: str
    current: float  # largest relative difference over the waveform, above `LEAST_CURRENT`
    current_time: float  # s, where
    resistance: float  # largest relative difference of a resistance read
    gap: float  # nm, largest difference at a read
    resistances: tuple[float, ...]  # Ohm, as ngspice reads them


def benches(model: RramModel, relative_tolerance: float = 1e-6) -> Iterator[tuple[str, Testbench]]:
    """Yield (description, bench): SET, read, RESET, read; and forming, read; nominal, corners, two temperatures."""
    drives = {
        "cycle": (
            ((SET, PULSE), (READ, REST), (RESET, PULSE), (READ, REST)),
            model.initial.hrs.value,
            EDGE / 50,
        ),
        "forming": (((FORM, FORMING_TIME), (READ, REST)), model.initial.pristine.value, EDGE / 50),
    }
    for temperature in TEMPERATURES:
        for corner, sign in (("nominal", 0.0), ("corner -", -SIGMAS), ("corner +", SIGMAS)):
            shifted = {p: model.value(p) + sign * model.sigma(p, "device") for p in ALTER}
            for kind, (given, gap, step) in drives.items():
                yield (
                    f"{kind}, {corner}, {temperature - ZERO_CELSIUS:.0f} C",
                    Testbench(
                        pulses(given), SERIES[kind], gap, temperature, step, relative_tolerance, shifted
                    ),
                )


def compare(model: RramModel, what: str, bench: Testbench) -> Difference:
    """Run one bench in both simulators.

    Raises:
        InputError: the extra with VACASK and the compiler is missing, or there is no Verilog-A text.
        SimulatorError: one of the simulators fails.
    """
    return difference(what, bench, in_ngspice(model, bench), simulate(model, bench))


def difference(
    what: str, bench: Testbench, one: dict[str, np.ndarray], other: dict[str, np.ndarray]
) -> Difference:
    """Compare the waves of two runs; both have `time`, `drive`, `te` and `gap`.

    The difference of currents is how far one lies outside of what the other takes within `TIME_TOLERANCE`.
    """
    grid = np.arange(0, bench.stop_time, TIME_TOLERANCE / 4)
    one_current, other_current = (
        _on(grid, waves, (waves["drive"] - waves["te"]) / bench.series) for waves in (one, other)
    )
    # Where the filament snaps, the current changes hundredfold in less time than the simulators agree on.
    low, high = minimum_filter1d(other_current, 9), maximum_filter1d(other_current, 9)
    outside = np.maximum(np.maximum(one_current - high, low - one_current), 0)
    flows = np.abs(one_current) > LEAST_CURRENT
    apart = np.where(flows, outside / np.where(flows, np.abs(one_current), 1), 0)
    worst = int(np.argmax(apart))

    reads = np.array([t for t, v in bench.points[1:] if v == READ][1::2]) - EDGE
    read, gaps = [], []
    for waves in (one, other):
        te, drive = _on(reads, waves, waves["te"]), _on(reads, waves, waves["drive"])
        read.append(te / (drive - te) * bench.series)
        gaps.append(_on(reads, waves, waves["gap"]))
    return Difference(
        what,
        float(apart[worst]),
        float(grid[worst]),
        float(np.abs(read[1] / read[0] - 1).max()),
        float(np.abs(gaps[1] - gaps[0]).max()),
        tuple(read[0].tolist()),
    )


def in_ngspice(model: RramModel, bench: Testbench) -> dict[str, np.ndarray]:
    """Run a bench in ngspice, in the form that `model` has there; return waves as `vacask.simulate` does."""
    waves = waveforms(ngspice_deck(model, bench), {f"cell.{k}": v for k, v in bench.values.items()})
    return {name.removeprefix("xcell."): wave for name, wave in waves.items()}


def ngspice_deck(model: RramModel, bench: Testbench) -> Deck:
    """Return the bench as a deck; parameters ``cell.NAME`` as in circuits."""
    wave = " ".join(f"{time:.12g} {voltage:.9g}" for time, voltage in bench.points)
    tolerance = bench.relative_tolerance
    text = "\n".join(
        [
            f"* {model.name} behind {bench.series:g} Ohm",
            f"vdrive drive 0 pwl({wave})",
            f"rseries drive te {bench.series!r}",
            f"xcell te 0 {model.subcircuit_name} gap_initial={bench.gap!r}",
            model.subcircuit(bench.temperature),
            f".options temp={bench.temperature - ZERO_CELSIUS:.10g} method=trap trtol=1 reltol={tolerance:g} "
            "vntol=1e-9 abstol=1e-13 chgtol=1e-18",
            f".tran {bench.step:.6g} {bench.stop_time:.12g} 0 {bench.step:.6g} uic",
            ".end",
            "",
        ]
    )
    parameters = tuple(
        Parameter(f"cell.{k}", c.format("xcell"), model.value(k)) for k, c in model.alter.items()
    )
    return Deck("bench", text, parameters, (), bench.stop_time, ("drive", "te", "xcell.gap"), model.sources)


def pulses(given: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """Return the points of pulses (voltage [V], time on the plateau [s]) with rests at zero between them."""
    points, now = [(0.0, 0.0)], 0.0
    for voltage, width in given:
        for level, lasts in ((0.0, REST), (voltage, EDGE), (voltage, width), (0.0, EDGE)):
            now = round(now + lasts, 15)
            points.append((now, level))
    return tuple(points)


def _on(times: np.ndarray, waves: dict[str, np.ndarray], values: np.ndarray) -> np.ndarray:
    return np.interp(times, waves["time"], values)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the comparison; return an exit code."""
    parser = argparse.ArgumentParser(prog="python -m spicekit.models.cross_check", description=__doc__)
    parser.add_argument("card", nargs="?", default="hfo2_130nm", help="default: hfo2_130nm")
    try:
        model = load_rram(parser.parse_args(arguments).card)
        print(f"{model.name}: Verilog-A in VACASK against the subcircuit in ngspice")
        print(f"{'':32}{'current':>10}{'at ns':>10}{'read R':>10}{'gap nm':>10}   resistances, Ohm")
        worst = Difference("worst", 0, 0, 0, 0, ())
        for what, bench in benches(model):
            d = compare(model, what, bench)
            shown = "  ".join(f"{r:.4g}" for r in d.resistances)
            print(
                f"{what:32}{d.current:10.2e}{d.current_time * 1e9:10.1f}{d.resistance:10.2e}{d.gap:10.2e}   {shown}"
            )
            worst = replace(
                worst, current=max(worst.current, d.current), resistance=max(worst.resistance, d.resistance)
            )
        print(f"worst: current {worst.current:.2e}, resistance {worst.resistance:.2e} (relative)")
    except SpicekitError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
