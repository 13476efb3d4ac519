"""Mutual locking: several oscillators that emit into one load and so drive current through each other.

A sample is a set of devices with its own thermal noise and starting phases; set 0 is of nominal devices. Devices of
a set differ by a share of the card's spread: what is left when they are chosen, or tuned by their currents.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.block import Block
from spicekit.circuits.cell import Technology
from spicekit.circuits.oscillator import coupled_deck
from spicekit.errors import InputError
from spicekit.models.mtj import MtjModel
from spicekit.ngspice import Deck
from spicekit.sampling.normals import standard_normals
from spicekit.studies.mutual_locking.analyze import analyze_mutual
from spicekit.studies.mutual_locking.table import MutualTable
from spicekit.studies.oscillators import drawn as shared
from spicekit.studies.oscillators.fluctuations import fluctuations
from spicekit.studies.oscillators.linewidth import find_line
from spicekit.studies.oscillators.locking import keeps_step
from spicekit.studies.oscillators.record import Record
from spicekit.studies.oscillators.spectrum import least_record, welch
from spicekit.studies.study import Point, Study

_TRACE = 200  # points of the phases over time, and of the spectrum, that are kept of the nominal set
_SHOWN_WIDTHS = 4.0  # of the spectrum, in linewidths of a single oscillator


@dataclass(frozen=True)
class _Content:
    model: MtjModel
    deck: Deck
    number: int
    current: float  # A
    temperature: float  # K
    load: float  # Ohm
    spread: float
    frame: float  # Hz
    settle: float  # s
    noise_step: float  # s
    resolution: float  # Hz


def points(technology: Technology, table: MutualTable) -> tuple[Point, ...]:
    """Return one point per wiring and number.

    Raises:
        InputError: no junction, a current below threshold or one that breaks the junction, or a record too short for
            the resolution.
    """
    model, current = shared.junction(technology), table.current
    oscillator = model.oscillator(technology.temperature)
    shared.require_oscillation(model, oscillator, current)
    if table.record < (needed := least_record(table.resolution)):
        raise InputError(
            f"`record`: {table.record:g} s is too short for a `resolution` of {table.resolution:g} Hz: expected at "
            f"least {needed:.3g} s"
        )
    load = table.load or model.output.load.value
    frame = oscillator.oscillation_frequency(current)
    step = shared.noise_step(model, current, technology.temperature)
    found = []
    for wiring in table.wirings:
        for number in table.numbers:
            duration = table.settle + table.record
            deck = coupled_deck(
                model,
                [current] * number,
                duration,
                technology.temperature,
                wiring=wiring,
                load=load,
                frame=frame,
            )
            content = _Content(
                model, deck, number, current, technology.temperature, load, table.spread, frame, table.settle, step,
                table.resolution,
            )  # fmt: skip
            labels = {"wiring": wiring, "number": float(number), "current": current, "load": load,
                      "expected_linewidth": oscillator.linewidth(current)}  # fmt: skip
            found.append(Point(f"{wiring}_{number}", labels, {"oscillators": deck}, content))
    return tuple(found)


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return one row per set, ``kind`` "set"; of the nominal set also phases over time, "trace", and a "spectrum"."""
    content: _Content = point.content
    tables = []
    for number in range(start, stop):
        row, more = _set(content, number, seed, f"{point.name}.noise")
        tables += [pd.DataFrame([{"sample": number, "kind": "set", **row}]), *(more if number == 0 else [])]
    return pd.concat(tables, ignore_index=True)


def _set(
    content: _Content, number: int, seed: int, noise_name: str
) -> tuple[dict[str, object], list[pd.DataFrame]]:
    model, deck, count = content.model, content.deck, content.number
    names = [f"osc{k}" for k in range(count)]
    size = shared.noise_size(deck.stop_time, content.noise_step)
    begin, rest = np.split(
        standard_normals(seed, noise_name, number, number + 1, count * (2 + 2 * size))[0], [2 * count]
    )
    share = content.spread * (number > 0)
    devices = [shared.drawn_device(model, share * shared.draw_points(seed, number, name)) for name in names]
    laws = [device.oscillator(model, content.temperature) for device in devices]
    values = {
        f"{n}.{k}": v for n, device in zip(names, devices, strict=True) for k, v in device.values.items()
    }
    # all phases are equally likely at the start
    angles = np.arctan2(*begin.reshape(2, count))
    for name, law, angle in zip(names, laws, angles, strict=True):
        amplitude = law.power(content.current) ** 0.5
        values |= {f"{name}.u": amplitude * math.cos(angle), f"{name}.w": amplitude * math.sin(angle)}
    noise = shared.thermal_noise(
        rest, [law.noise(content.current) for law in laws], content.noise_step, names
    )
    grid = shared.sampling_step(content.frame)
    signals = ("out", *(f"{name}_{state}" for name in names for state in "uw"))
    waves, outcome = shared.recorded(deck, values, signals, grid, 0.0, noise, content.noise_step)
    if not outcome.ok:
        return {"outcome": "discard", "reason": str(outcome)}, []
    amplitudes = waves[1::2] + 1j * waves[2::2]
    first = math.ceil(content.settle / grid)
    row: dict[str, object] = {"outcome": "ok", "reason": ""}
    row["frequency_spread"] = float(np.std([law.oscillation_frequency(content.current) for law in laws]))
    row |= _together(amplitudes[:, first:], grid, content.frame)
    row |= _emitted(waves[0, first:], grid, content)
    return row, _shown(amplitudes, waves[0, first:], grid, content, number)


def _together(amplitudes: np.ndarray, grid: float, frame: float) -> dict[str, object]:
    """Return whether and how well a set, (oscillators, times), keeps step."""
    records = [Record(one, grid, frame) for one in amplitudes]
    slips = [keeps_step(one.phase - records[0].phase, grid).slips for one in records[1:]]
    total = amplitudes.sum(0)
    powers = (np.abs(amplitudes) ** 2).mean()
    row: dict[str, object] = {
        "slips": sum(slips),
        "locked": not any(slips),
        "coherence": float(np.abs(total).mean() / np.abs(amplitudes).sum(0).mean()),
        "sum_power": float((np.abs(total) ** 2).mean() / powers),
    }
    try:
        found = fluctuations(Record(total, grid, frame)).linewidth
    except InputError:
        return row | {"common_linewidth": np.nan, "common_linewidth_error": np.nan}
    return row | {"common_linewidth": found.value, "common_linewidth_error": found.error}


def _emitted(out: np.ndarray, grid: float, content: _Content) -> dict[str, object]:
    row: dict[str, object] = {"power": float(out.var() / content.load)}
    spectrum = welch(out, grid, content.resolution)
    try:
        line = find_line(spectrum)
    except InputError:
        return row | {"resolved": False, "line_width": np.nan, "line_width_error": np.nan}
    return row | {
        "resolved": True,
        "line_width": line.linewidth.value,
        "line_width_error": line.linewidth.error,
    }


def _shown(
    amplitudes: np.ndarray, out: np.ndarray, grid: float, content: _Content, number: int
) -> list[pd.DataFrame]:
    common = {"sample": number, "outcome": "ok", "reason": ""}
    thin = np.linspace(0, min(2 * math.ceil(content.settle / grid), amplitudes.shape[1] - 1), _TRACE).astype(
        int
    )
    phases = -np.unwrap(np.angle(amplitudes))[:, thin]
    traces = [
        pd.DataFrame(
            {
                "kind": "trace",
                "oscillator": float(k),
                "time": thin * grid,
                "phase": phase - phases[0],
                **common,
            }
        )
        for k, phase in enumerate(phases)
        if k
    ]
    law = content.model.oscillator(content.temperature)
    reach = max(_SHOWN_WIDTHS * law.linewidth(content.current), 20 * content.resolution)
    near = welch(out, grid, content.resolution).near(content.frame, reach)
    density = {"spectrum_frequency": near.frequency, "spectrum_density": near.density / content.load}
    return [*traces, pd.DataFrame({"kind": "spectrum", **density, **common})]


def analyze(table: MutualTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:
    """Return whether sets lock, with their linewidth and power."""
    block = analyze_mutual(rows, table.record, table.resolution, confidence)
    return {"oscillator": block} if block else {}


STUDY = Study("mutual_locking", points, simulate, analyze)
