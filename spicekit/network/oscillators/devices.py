"""Oscillators drawn from the `oscillator` block of a `statistics.json`: laws of each device, and what couples them."""

import hashlib
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from spicekit.errors import InputError
from spicekit.sampling.normals import standard_normals
from spicekit.statistics import Estimate, Statistics, load
from spicekit.studies.injection_locking.result import InjectionPoint
from spicekit.studies.oscillation.result import OscillatorLaws
from spicekit.studies.oscillators.result import Oscillator
from spicekit.studies.oscillators.spread import Spread

TAU = 2 * np.pi


@dataclass(frozen=True)
class Devices:
    """Laws of oscillators, each (chips, oscillators); rates as frequencies, see `OscillatorLaws`."""

    frequency: np.ndarray  # Hz
    frequency_shift: np.ndarray  # Hz
    damping: np.ndarray  # Hz
    damping_growth: np.ndarray
    spin_torque: np.ndarray  # Hz/A
    thermal_power: np.ndarray
    emission: np.ndarray  # Ohm: amplitude [V] over the junction is (emission + emission_slope · I) · I · √p
    emission_slope: np.ndarray  # Ohm/A

    @property
    def threshold(self) -> np.ndarray:
        """Current [A] above which a device oscillates."""
        return self.damping / self.spin_torque

    def power(self, current: np.ndarray) -> np.ndarray:
        """Return the noise-free stationary p at a `current` [A], 0 below threshold."""
        zeta = current / self.threshold
        return np.maximum((zeta - 1) / (zeta + self.damping_growth), 0.0)

    def free_frequency(self, current: np.ndarray) -> np.ndarray:
        """Return the frequency [Hz] without drive and noise."""
        return self.frequency + self.frequency_shift * self.power(current)

    def relaxation_rate(self, current: np.ndarray) -> np.ndarray:
        """Return Γp [1/s]: p relaxes at 2 Γp."""
        return TAU * self.damping * (current / self.threshold - 1)

    def noise(self, current: np.ndarray) -> np.ndarray:
        """Return D [1/s] at the stationary power, <f f*> = 2 D δ(t)."""
        p = self.power(current)
        growth = (1 + self.damping_growth * p) * self.frequency / (self.frequency + self.frequency_shift * p)
        return TAU * self.damping * self.thermal_power * growth

    def emitted(self, current: np.ndarray) -> np.ndarray:
        """Return the amplitude [V] over the junction at p = 1, if it grew as √p all the way."""
        return (self.emission + self.emission_slope * current) * current

    def chip(self, chosen: np.ndarray) -> "Devices":
        """Return the devices of the chips with these numbers; a number may come several times."""
        return Devices(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def in_order(self, current: np.ndarray) -> "Devices":
        """Return each chip's devices by their free frequency at a `current` [A]: its wiring follows a measurement."""
        order = np.argsort(self.free_frequency(current), axis=1)
        return Devices(*(np.take_along_axis(getattr(self, field.name), order, 1) for field in fields(self)))


@dataclass(frozen=True)
class Technology:
    """What the block says of oscillators and of what couples them."""

    block: Oscillator
    laws: OscillatorLaws
    emission_line: tuple[float, float]  # emission at a current over its mean: offset, slope [1/A]
    identity: str  # SHA-256 that devices are drawn by
    name: str
    resistance: tuple[float, float]  # at rest [Ohm], and what current² adds [Ohm/A²]: voltage over current
    line: complex  # Hz/A, force of the field line's rf current on c, over 2π
    junction: complex  # Hz/A, the same of a current through the junction
    load: float | None  # Ohm, that oscillators in series were measured on

    def dynamic_resistance(self, current: np.ndarray) -> np.ndarray:
        """Return dV/dI [Ohm] at a `current` [A]: what the rf current of the others meets."""
        at_rest, bend = self.resistance
        return at_rest + 3 * bend * current**2

    def devices(self, chips: int, oscillators: int, *, seed: int = 0, spread: float = 1.0) -> Devices:
        """Return devices whose parameters are normal and independent of each other; chip i is the same for any `chips`.

        `spread` is in units of the standard deviations in the block; with 0 all are nominal.

        Raises:
            InputError: so wide that a parameter turns negative.
        """
        names = [field.name for field in fields(Devices) if field.name != "emission_slope"]
        laws: list[Spread] = [getattr(self.laws, name) for name in names]
        centres = {name: centre(law) for name, law in zip(names, laws, strict=True)}
        # the threshold is known far better than the rates whose ratio it is
        centres["spin_torque"] = centres["damping"] / centre(self.laws.threshold)
        if spread:
            z = standard_normals(seed, self.identity, 0, chips, oscillators * len(names))
        else:
            z = np.zeros((chips, oscillators * len(names)))
        z = z.reshape(chips, oscillators, len(names))
        drawn = {
            name: centres[name] + spread * (law.std.value if law.std else 0.0) * z[..., k]
            for k, (name, law) in enumerate(zip(names, laws, strict=True))
        }
        for name in ("frequency", "damping", "spin_torque", "thermal_power"):
            if not (drawn[name] > 0).all():
                raise InputError(
                    f"`spread` {spread:g}: `oscillator.laws.{name}` turns negative: take a lower one"
                )
        at_rest, slope = self.emission_line
        return Devices(
            **drawn | {"emission": drawn["emission"] * at_rest}, emission_slope=drawn["emission"] * slope
        )


def load_oscillators(path: Path) -> Technology:
    """Return what a `statistics.json` says of oscillators.

    Raises:
        InputError: unreadable, or as `oscillators_of`.
    """
    return oscillators_of(load(path), path)


def oscillators_of(statistics: Statistics, source: Path | str = "the statistics") -> Technology:
    """Return what statistics say of oscillators; `source` is what messages call them.

    Raises:
        InputError: a part is missing; says which study measures it.
    """
    block = statistics.oscillator
    if block is None:
        raise InputError(f"{source}: no `oscillator`: run an experiment with [studies.oscillation]")
    laws = block.laws
    if laws is None or laws.emission is None or not any(point.resistance for point in block.points):
        raise InputError(
            f"{source}: `oscillator` has no `laws`, no `emission` or no `resistance`: run [studies.oscillation]"
        )
    forces = {}
    for through, key in (("line", "line_drives"), ("junction", "drives")):
        points = [p for p in (block.injection.points if block.injection else ())
                  if p.through == through and p.ratio == 1 and p.coupling and p.phase]  # fmt: skip
        if not points:
            raise InputError(
                f"{source}: `oscillator.injection` has no point through the {through}: run [studies.injection_locking] "
                f"with `{key}`"
            )
        forces[through] = _force(points)
    series = [
        point.load for point in (block.mutual.points if block.mutual else ()) if point.wiring == "series"
    ]
    text = block.model_dump_json(include={"laws", "injection"})
    return Technology(
        block,
        laws,
        _emission_line(block),
        hashlib.sha256(text.encode()).hexdigest(),
        block.device or "oscillator",
        _resistance(block),
        forces["line"],
        forces["junction"],
        series[0] if series else None,
    )


def _resistance(block: Oscillator) -> tuple[float, float]:
    """Return a parabola through the points: the TMR falls with the voltage, either sign of it alike."""
    found = [(point.current, centre(point.resistance)) for point in block.points if point.resistance]
    currents, resistances = np.array(found).T
    if len(set(currents.tolist())) < 2:
        return float(resistances.mean()), 0.0
    bend, at_rest = np.polyfit(currents**2, resistances, 1)
    return float(at_rest), float(bend)


def _emission_line(block: Oscillator) -> tuple[float, float]:
    """Return how emission falls with current (the TMR with voltage): a line through the points at zero field."""
    found = [
        (point.current, centre(point.voltage) / (point.current * centre(point.power) ** 0.5))
        for point in block.points
        if point.voltage and point.power and point.flux_density == 0
    ]
    if len({current for current, _ in found}) < 2:
        return 1.0, 0.0
    currents, emissions = np.array(found).T
    slope, offset = np.polyfit(currents, emissions / emissions.mean(), 1)
    return float(offset), float(slope)


def centre(spread: Spread) -> float:
    """Return the nominal device's value, or the mean over devices where there is none.

    A mean over a few drawn devices is off by their luck, and its error is a guess.
    """
    return (spread.nominal or spread.mean).value


def _force(points: list[InjectionPoint]) -> complex:
    """Return coupling and phase as one complex number [Hz/A]: means over the drives, weighted by their errors."""
    couplings = [found.nominal or found.mean for point in points if (found := point.coupling)]
    phases = [found.nominal or found.mean for point in points if (found := point.phase)]
    return _mean(couplings) * np.exp(1j * _mean(phases))


def _mean(found: list[Estimate]) -> float:
    known = all(one.error for one in found)
    weights = [1 / one.error**2 if known and one.error else 1.0 for one in found]
    return float(np.average([one.value for one in found], weights=weights))


def scaled(devices: Devices, noise: float) -> Devices:
    """Return devices with `noise` times the thermal power."""
    return replace(devices, thermal_power=noise * devices.thermal_power)
