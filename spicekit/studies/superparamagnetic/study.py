"""Superparamagnetic junction: telegraph records at constant bias, rates against bias, test of the dwell times.

A sample is a device with its own barrier and offset; the same devices are used at all voltages. Its record is simulated
in pieces, each going on in the state where the one before ended, and is looked at in even intervals.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.block import Block
from spicekit.circuits.cell import Technology
from spicekit.circuits.superparamagnetic import DEAD_TIME, junction_voltages, telegraph_deck
from spicekit.errors import InputError
from spicekit.models.superparamagnetic import DRAWN, Superparamagnetic, thermal_energy
from spicekit.ngspice import waveforms
from spicekit.sampling.candidates import candidates
from spicekit.sampling.normals import named_normals
from spicekit.studies.study import Point, Study
from spicekit.studies.superparamagnetic.analyze import analyze_telegraph
from spicekit.studies.superparamagnetic.table import SuperparamagneticTable
from spicekit.studies.superparamagnetic.telegraph import runs
from spicekit.units import engineering

_HEADROOM = 1.02  # of the candidates' rate over the largest rate: the divider and the simulator round
_PIECE = 200  # candidates, at which a run costs least
_FEWEST = 20  # mean dwells that a record must hold
_LEAST_LOOKS = 3  # within the shorter mean dwell


@dataclass(frozen=True)
class _Content:
    model: Superparamagnetic
    temperature: float  # K
    series: float  # Ohm
    interval: float  # s
    duration: float  # s


def points(technology: Technology, table: SuperparamagneticTable) -> tuple[Point, ...]:
    """Return one point per voltage.

    Raises:
        InputError: no junction in the technology, or a record that cannot tell the rates of the nominal device.
    """
    model, temperature = technology.superparamagnetic, technology.temperature
    if model is None:
        raise InputError(
            'needs a junction: give `technology.superparamagnetic`, such as "superparamagnetic_inplane"'
        )
    content = _Content(model, temperature, table.series, table.interval, table.duration)
    found = []
    for voltage in table.voltages:
        _check(model, temperature, table, voltage)
        deck = telegraph_deck(
            model, temperature, table.series, ((0.0, voltage),), 1 / table.duration, [], [], table.duration
        )
        labels = {"voltage": voltage, "temperature": temperature}
        found.append(Point(f"{voltage:g}V", labels, {"telegraph": deck}, content))
    return tuple(found)


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return one row per run of a device's trace, in order; columns as `_rows` has them."""
    content: _Content = point.content
    drawn = content.model.drawn(named_normals(seed, [f"junction.{name}" for name in DRAWN], start, stop))
    return pd.concat(
        [
            _device(content, point, seed, number, float(barrier), float(offset))
            for number, (barrier, offset) in enumerate(drawn, start)
        ]
    )


def _device(
    content: _Content, point: Point, seed: int, number: int, barrier: float, offset: float
) -> pd.DataFrame:
    model, voltage = content.model, float(point.labels["voltage"])
    across = junction_voltages(model, voltage, content.series)
    # while a flip lasts, the state that is left already sees the other one's voltage
    bound = _HEADROOM * float(np.max(model.rates(np.array(across), content.temperature, barrier, offset)))
    drawn = candidates(seed, f"{point.name}.candidates", number, bound, content.duration, DEAD_TIME / bound)
    values = {"barrier": barrier / thermal_energy(content.temperature), "offset": offset}
    # pieces end where the pulses of their last candidate do
    ends = drawn.times[_PIECE - 1 :: _PIECE] + DEAD_TIME / bound
    ends = np.append(ends[ends < content.duration], content.duration)
    begin, state, flips, share = 0.0, 0, 0, 0.0
    times, voltages = [], []
    for end in ends:
        mine = (drawn.times >= begin) & (drawn.times < end)
        deck = telegraph_deck(
            model, content.temperature, content.series, ((0.0, voltage),), bound, drawn.times[mine] - begin,
            drawn.marks[mine], end - begin, state,
        )  # fmt: skip
        waves = waveforms(deck, values)
        if not waves["time"][-1] >= deck.stop_time * (1 - 1e-9):
            return _rows(number, "discard", f"ends at {begin + waves['time'][-1]:g} s")
        high = waves["xj.state"] > 0.5
        flips, state, share = (
            flips + int(np.diff(high).sum()),
            int(high[-1]),
            max(share, waves["xj.share"].max()),
        )
        times.append(begin + waves["time"])
        voltages.append(waves["te"])
        begin = end
    if share >= 1:
        return _rows(number, "discard", "a rate exceeds that of the candidates")
    looks = np.interp(
        np.arange(0, content.duration, content.interval), np.concatenate(times), np.concatenate(voltages)
    )
    found = runs(looks, float(np.sqrt(across[0] * across[1])))
    levels = [float(part.mean()) for part in np.split(looks, np.cumsum(found.lengths)[:-1])]
    return _rows(
        number,
        "ok",
        "",
        state=found.states,
        looks=found.lengths,
        level=levels,
        flips=flips,
        put_off=drawn.merged,
    )


def _rows(number: int, outcome: str, reason: str, **columns: object) -> pd.DataFrame:
    """Return rows: ``state`` (0 parallel), ``looks`` that it lasted, mean ``level`` [V], ``flips`` of the record."""
    empty = {"state": [-1], "looks": [0], "level": [np.nan], "flips": [0], "put_off": [0]}
    table = pd.DataFrame(columns or empty)
    for place, (name, value) in enumerate({"sample": number, "outcome": outcome, "reason": reason}.items()):
        table.insert(place, name, value)
    return table


def _check(
    model: Superparamagnetic, temperature: float, table: SuperparamagneticTable, voltage: float
) -> None:
    if voltage == 0:
        raise InputError("`voltages`: 0 V reads nothing: give small voltages of both signs instead")
    across = junction_voltages(model, voltage, table.series)
    rates = model.rates(np.array(across), temperature)
    dwells = [1 / float(rates[0][0]), 1 / float(rates[1][1])]
    at = f"at {voltage:g} V the nominal junction stays {', '.join(engineering(d, 's') for d in dwells)} in its states"
    if table.interval * _LEAST_LOOKS > min(dwells):
        raise InputError(
            f"`interval` is {engineering(table.interval, 's')}: {at}; expected at most "
            f"{engineering(min(dwells) / _LEAST_LOOKS, 's')}"
        )
    if table.duration < _FEWEST * sum(dwells):
        raise InputError(
            f"`duration` is {engineering(table.duration, 's')}: {at}; expected at least "
            f"{engineering(_FEWEST * sum(dwells), 's')}, or less voltage"
        )


def analyze(
    table: SuperparamagneticTable, rows: pd.DataFrame, confidence: float  # noqa: ARG001
) -> Mapping[str, Block]:  # fmt: skip
    """Return the block `superparamagnetic`, or nothing where no device has told rates."""
    found = analyze_telegraph(rows, table.interval, table.duration, table.series)
    return {} if found is None else {"superparamagnetic": found}


STUDY = Study("superparamagnetic", points, simulate, analyze)
