"""Free oscillators: frequency, power, linewidth, relaxation and nonlinearity against current and field.

The same devices stand at every current and field, so that the laws of each can be fitted; sample 0 is the nominal one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.block import Block, Estimate
from spicekit.circuits.cell import Technology
from spicekit.circuits.oscillator import check_bias, oscillator_deck
from spicekit.errors import InputError
from spicekit.models.mtj import MtjModel
from spicekit.ngspice import Deck
from spicekit.sampling.normals import standard_normals
from spicekit.studies.oscillation.analyze import analyze_oscillation
from spicekit.studies.oscillation.table import OscillationTable
from spicekit.studies.oscillators import drawn as shared
from spicekit.studies.oscillators.fluctuations import combined, fluctuations, oscillates
from spicekit.studies.oscillators.linewidth import find_line
from spicekit.studies.oscillators.record import Record
from spicekit.studies.oscillators.spectrum import Spectrum, least_record, welch
from spicekit.studies.study import Point, Study
from spicekit.units import engineering

_SIGNALS = ("te", "osc_u", "osc_w")
_SHOWN = 100  # points of the nominal device's spectrum that are kept
_SHOWN_WIDTHS = 8.0  # linewidths to either side


@dataclass(frozen=True)
class _Content:
    model: MtjModel
    deck: Deck
    current: float  # A
    flux_density: float  # T
    temperature: float  # K
    frame: float  # Hz
    start: float  # s
    noise_step: float  # s
    resolution: float  # Hz


def points(technology: Technology, table: OscillationTable) -> tuple[Point, ...]:
    """Return one point per current without field, and one per field.

    Raises:
        InputError: no junction, a current that breaks it, a record too short for the resolution, or a resolution
            coarser than the nominal device's linewidth.
    """
    model = shared.junction(technology)
    if table.record < (needed := least_record(table.resolution)):
        raise InputError(
            f"`record`: {table.record:g} s is too short for a `resolution` of {table.resolution:g} Hz: expected at "
            f"least {needed:.3g} s"
        )
    settings = [(current, 0.0) for current in table.currents]
    settings += [(table.field_current or 0.0, field) for field in table.fields if field]
    return tuple(_point(model, technology.temperature, table, *setting) for setting in settings)


def _point(
    model: MtjModel, temperature: float, table: OscillationTable, current: float, field: float
) -> Point:
    check_bias(model, current)
    oscillator = model.oscillator(temperature, field)
    if (width := oscillator.linewidth(current)) < table.resolution:
        raise InputError(
            f"`resolution`: {table.resolution:g} Hz is coarser than the linewidth of {width:.3g} Hz that is expected "
            f"at {current:g} A: take a finer one, with a record of at least {least_record(width):.2g} s"
        )
    frame = oscillator.oscillation_frequency(current)
    start = shared.settling(model, current, temperature)
    deck = oscillator_deck(
        model, current, start + table.record, temperature, flux_density=field, steps=shared.STEPS, frame=frame
    )
    step = shared.noise_step(model, current, temperature)
    content = _Content(model, deck, current, field, temperature, frame, start, step, table.resolution)
    name = engineering(current, "A", 12) + (f"_{engineering(field, 'T', 12)}" if field else "")
    oscillating = oscillator.power(current) > 0
    labels = {
        "current": current,
        "flux_density": field,
        "temperature": temperature,
        "expected_frequency": frame,
        "expected_power": oscillator.power(current),
        "expected_linewidth": width,
        "expected_relaxation": oscillator.relaxation_rate(current),
        "expected_nonlinearity": oscillator.nonlinearity(current) if oscillating else 0.0,
        "device": model.name,
    }
    return Point(name.replace("µ", "u").replace(" ", ""), labels, {"oscillator": deck}, content)


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return one row per device, ``kind`` "device", and the nominal device's spectrum in further rows, "spectrum"."""
    content: _Content = point.content
    tables = []
    for number in range(start, stop):
        z = shared.draw_points(seed, number)
        device = shared.drawn_device(content.model, z * (number > 0))
        try:
            row, spectrum = _device(content, device, seed, f"{point.name}.noise", number)
        except InputError as error:
            row, spectrum = {"outcome": "discard", "reason": str(error)}, None
        tables.append(pd.DataFrame([{"sample": number, "kind": "device", **row}]))
        if spectrum is not None and number == 0:
            density = {"spectrum_frequency": spectrum.frequency, "spectrum_density": spectrum.density}
            shown = pd.DataFrame(
                {"sample": number, "kind": "spectrum", "outcome": "ok", "reason": "", **density}
            )
            tables.append(shown)
    return pd.concat(tables, ignore_index=True)


def _device(
    content: _Content, device: shared.Device, seed: int, noise_name: str, number: int
) -> tuple[dict[str, object], Spectrum | None]:
    model, deck = content.model, content.deck
    step = content.noise_step
    size = shared.noise_size(deck.stop_time, step)
    z = standard_normals(seed, noise_name, number, number + 1, 2 * size)[0]
    law = device.oscillator(model, content.temperature, content.flux_density)
    noise = shared.thermal_noise(z, [law.noise(content.current)], step, ["osc"])
    grid = shared.sampling_step(content.frame)
    values = {f"osc.{name}": value for name, value in device.values.items()}
    waves, outcome = shared.recorded(deck, values, _SIGNALS, grid, content.start, noise, step)
    if not outcome.ok:
        return {"outcome": "discard", "reason": str(outcome)}, None
    record = Record(waves[1] + 1j * waves[2], grid, content.frame)
    spectrum = welch(waves[0], grid, content.resolution)
    row: dict[str, object] = {"outcome": "ok", "reason": "", "oscillates": oscillates(record)}
    row |= {"power_std": float(record.power.std()), "resistance": float(waves[0].mean()) / content.current}
    if row["oscillates"]:
        found = fluctuations(record)
        both = combined(found.amplitude_diffusion, found.phase_diffusion)
        row |= _columns({"frequency": record.frequency(), "noise": both, **vars(found)})
        # against the oscillator's own phase, so that no linewidth matters
        turn = np.exp(1j * record.phase_in(0.0))
        row["voltage"] = float(2 * abs(((waves[0] - waves[0].mean()) * turn).mean()))
    reach = _SHOWN_WIDTHS * law.linewidth(content.current)
    shown = spectrum.near(content.frame, max(reach, _SHOWN / 2 * content.resolution))
    try:
        line = find_line(spectrum)
    except InputError:
        return row | {"resolved": False}, shown
    row |= _columns(
        {"line_frequency": line.frequency, "line_width": line.linewidth, "line_power": line.power}
    )
    return row | {"resolved": True}, shown


def _columns(found: Mapping[str, Estimate]) -> dict[str, float | None]:
    return {k: e.value for k, e in found.items()} | {f"{k}_error": e.error for k, e in found.items()}


def analyze(table: OscillationTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:  # noqa: ARG001
    """Return the points, and the laws that were fitted to each device."""
    block = analyze_oscillation(rows, table.record, table.resolution)
    return {"oscillator": block} if block else {}


STUDY = Study("oscillation", points, simulate, analyze)
