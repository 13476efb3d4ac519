"""Injection locking: Arnold tongues of an oscillator under an rf current in the junction or in the field line.

Each device sees a row of drives, evenly off its own frequency (or off twice that), one record each.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from spicekit.block import Block
from spicekit.circuits.cell import Technology
from spicekit.circuits.oscillator import Injection, oscillator_deck
from spicekit.errors import InputError
from spicekit.models.mtj import MtjModel
from spicekit.ngspice import Deck
from spicekit.sampling.normals import standard_normals
from spicekit.studies.injection_locking.analyze import analyze_injection
from spicekit.studies.injection_locking.force import drive_force
from spicekit.studies.injection_locking.table import InjectionTable
from spicekit.studies.oscillators import drawn as shared
from spicekit.studies.oscillators.locking import keeps_step
from spicekit.studies.oscillators.record import Record
from spicekit.studies.study import Point, Study
from spicekit.units import engineering

_BEATS = 4.0  # that must fit into a record at the edge of the range expected: fewer look locked
_TRACED = (0.0, 0.7, 1.3)  # offsets near which the nominal device's phase over time is kept
_TRACE = 160  # points of it


@dataclass(frozen=True)
class _Content:
    model: MtjModel
    deck: Deck
    current: float  # A
    temperature: float  # K
    frame: float  # Hz
    start: float  # s
    noise_step: float  # s
    ratio: int
    drive: float  # A
    half_width: float  # Hz of the drive, expected of the nominal device
    offsets: tuple[float, ...]  # of the drive, in half widths


def points(technology: Technology, table: InjectionTable) -> tuple[Point, ...]:
    """Return one point per way in, ratio and drive.

    Raises:
        InputError: no junction, a current below threshold or one that breaks the junction, a record too short to
            tell locked from not, or a junction on which a drive does not act.
    """
    model = shared.junction(technology)
    oscillator = model.oscillator(technology.temperature)
    shared.require_oscillation(model, oscillator, table.current)
    ways = [("junction", ratio, drive) for ratio in table.ratios for drive in table.drives]
    ways += [("line", 1, drive) for drive in table.line_drives]
    return tuple(_point(model, technology.temperature, table, *way) for way in ways)


def _point(
    model: MtjModel, temperature: float, table: InjectionTable, through: str, ratio: int, drive: float
) -> Point:
    oscillator, current = model.oscillator(temperature), table.current
    if through == "line":
        oscillator = replace(oscillator, injection=model.value("field_injection") * model.value("line_field"))
    expected = (oscillator.locking_range if ratio == 1 else oscillator.parametric_locking_range)(
        current, drive
    )
    if not expected > 0:
        raise InputError(
            f"a drive of ratio {ratio} through the {through} does not act on `{model.name}`: leave it out"
        )
    if table.record * expected / 2 < _BEATS:
        raise InputError(
            f"`record`: {table.record:g} s is too short to tell locked from not: a drive of {drive:g} A locks within "
            f"{expected:.3g} Hz, which needs {2 * _BEATS / expected:.2g} s"
        )
    frame = oscillator.oscillation_frequency(current)
    start = shared.settling(model, current, temperature)
    injection = Injection(drive, ratio * frame, through)
    deck = oscillator_deck(
        model,
        current,
        start + table.record,
        temperature,
        injection=injection,
        steps=shared.STEPS,
        frame=frame,
    )
    step = shared.noise_step(model, current, temperature)
    offsets = tuple(np.linspace(-table.reach, table.reach, table.steps).round(12).tolist())
    content = _Content(
        model, deck, current, temperature, frame, start, step, ratio, drive, expected / 2, offsets
    )
    labels = {
        "through": through,
        "ratio": float(ratio),
        "drive": drive,
        "current": current,
        "expected_range": expected,
        "pure_range": expected / math.hypot(1, oscillator.nonlinearity(current)),
    }
    name = f"{through}_{ratio}_{engineering(drive, 'A', 12)}".replace("µ", "u").replace(" ", "")
    return Point(name, labels, {"oscillator": deck}, content)


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return one row per device and detuning, ``kind`` "detuning", and the nominal device's phase in rows "trace".

    A device that loses one record loses all: its tongue would have a hole.
    """
    content: _Content = point.content
    tables = []
    for number in range(start, stop):
        z = shared.draw_points(seed, number)
        device = shared.drawn_device(content.model, z * (number > 0))
        size = shared.noise_size(content.deck.stop_time, content.noise_step)
        z = standard_normals(
            seed, f"{point.name}.noise", number, number + 1, len(content.offsets) * 2 * size
        )[0]
        rows, traces = [], []
        for offset, mine in zip(content.offsets, z.reshape(len(content.offsets), -1), strict=True):
            row, trace = _record(content, device, offset, mine)
            rows.append({"sample": number, "kind": "detuning", "offset": offset, **row})
            if number == 0 and trace is not None and _is_traced(content.offsets, offset):
                traces.append(
                    trace.assign(sample=number, kind="trace", outcome="ok", reason="", offset=offset)
                )
        lost = [row["reason"] for row in rows if row["outcome"] == "discard"]
        if lost:
            rows = [{"sample": number, "kind": "detuning", "outcome": "discard", "reason": lost[0]}]
        tables += [pd.DataFrame(rows), *([] if lost else traces)]
    return pd.concat(tables, ignore_index=True)


def _is_traced(offsets: tuple[float, ...], offset: float) -> bool:
    return any(min(offsets, key=lambda known: abs(known - wanted)) == offset for wanted in _TRACED)


def _record(
    content: _Content, device: shared.Device, offset: float, z: np.ndarray
) -> tuple[dict[str, object], pd.DataFrame | None]:
    deck, ratio = content.deck, content.ratio
    law = device.oscillator(content.model, content.temperature)
    detuning = offset * content.half_width
    tone = ratio * law.oscillation_frequency(content.current) + detuning
    noise = shared.thermal_noise(z, [law.noise(content.current)], content.noise_step, ["osc"])
    grid = shared.sampling_step(content.frame)
    values = {f"osc.{name}": value for name, value in device.values.items()} | {"rf.frequency": tone}
    waves, outcome = shared.recorded(deck, values, ("osc_u", "osc_w"), grid, 0.0, noise, content.noise_step)
    if not outcome.ok:
        return {"outcome": "discard", "reason": str(outcome)}, None
    # seen from the drive, whose phase is zero at time zero
    times = grid * np.arange(waves.shape[1])
    seen = (waves[0] + 1j * waves[1]) * np.exp(2j * np.pi * (tone / ratio - content.frame) * times)
    whole, first = Record(seen, grid), math.ceil(content.start / grid)
    record = Record(seen[first:], grid)
    step = keeps_step(ratio * record.phase, grid)
    force = drive_force(record, ratio, math.ceil(2 * content.noise_step / grid) + 1)
    # sin(ωt) has the share i/2 that turns with the amplitude
    coupling = force / (0.5j * 2 * np.pi * content.drive)
    thin = np.linspace(0, len(seen) - 1, _TRACE).astype(int)
    trace = pd.DataFrame({"time": times[thin], "phase": ratio * whole.phase[thin]})
    return {
        "outcome": "ok",
        "reason": "",
        "detuning": detuning,
        "slips": step.slips,
        "locked": step.locked,
        "beat": step.difference.value,
        "coherence": step.coherence,
        "power": float(record.power.mean()),
        "coupling_real": coupling.real,
        "coupling_imag": coupling.imag,
    }, trace


def analyze(table: InjectionTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:
    """Return the locking ranges, and the coupling that the motion tells."""
    block = analyze_injection(rows, table.record, confidence)
    return {"oscillator": block} if block else {}


STUDY = Study("injection_locking", points, simulate, analyze)
