"""What studies of oscillators share: drawn junctions, thermal noise drawn in NumPy, records of what ngspice gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from spicekit.circuits.cell import Technology
from spicekit.errors import InputError
from spicekit.models.auto_oscillator import AutoOscillator
from spicekit.models.mtj import ALTERABLE, MtjModel
from spicekit.ngspice import Deck, Outcome, record
from spicekit.sampling.normals import named_normals

STEPS = 8
"""Time steps of ngspice per period: power and frequency are off by less than 1e-3 of what they are with many."""

_PER_PERIOD = 6  # points of a record: the third harmonic still fits
_NOISE_STEPS = 12.0  # per relaxation of the amplitude in which noise stays the same
_SETTLED = 10.0  # relaxation times until a record begins


@dataclass(frozen=True)
class Device:
    """One junction with its spread."""

    values: Mapping[str, float]  # of the alterable parameters

    def oscillator(self, model: MtjModel, temperature: float, flux_density: float = 0.0) -> AutoOscillator:
        """Return its closed forms."""
        return model.oscillator(temperature, flux_density, self.values)


def junction(technology: Technology) -> MtjModel:
    """Return the tunnel junction of a technology. Raises InputError if it has none."""
    if technology.mtj is None:
        raise InputError('needs a tunnel junction: give `technology.mtj`, such as "vortex"')
    return technology.mtj


def require_oscillation(model: MtjModel, oscillator: AutoOscillator, current: float) -> None:
    """Raise InputError unless the nominal device oscillates at a `current` [A]."""
    if not oscillator.power(current) > 0:
        raise InputError(
            f"`current`: {current:g} A is not above the threshold of {oscillator.threshold:.3g} A of `{model.name}`: "
            "nothing oscillates that could lock; take a higher current"
        )


def draw_points(seed: int, number: int, prefix: str = "junction") -> np.ndarray:
    """Return the standard normals, (len(ALTERABLE),), of a device of sample `number`."""
    return named_normals(seed, [f"{prefix}.{name}" for name in ALTERABLE], number, number + 1)[0]


def drawn_device(model: MtjModel, z: np.ndarray) -> Device:
    """Return the device of standard normals `z`, (len(ALTERABLE),)."""
    return Device(dict(zip(ALTERABLE, model.drawn(z[None])[0].tolist(), strict=True)))


def noise_step(model: MtjModel, current: float, temperature: float) -> float:
    """Return the time [s] between values of thermal noise."""
    return 1 / (_NOISE_STEPS * 2 * abs(model.oscillator(temperature).relaxation_rate(current)))


def settling(model: MtjModel, current: float, temperature: float) -> float:
    """Return the time [s] after which a record begins: devices start with the nominal power, not with their own."""
    oscillator = model.oscillator(temperature)
    slowest = max(1 / (2 * abs(oscillator.relaxation_rate(current))), model.value("rest_time"))
    return _SETTLED * slowest


def noise_size(duration: float, step: float) -> int:
    """Return how many values of noise a record of `duration` [s] needs for one state."""
    return int(duration / step) + 2


def thermal_noise(
    z: np.ndarray, diffusion: Sequence[float], step: float, names: Sequence[str]
) -> dict[str, np.ndarray]:
    """Return the inputs that carry thermal noise: source -> (1, values) [A], from standard normals `z`.

    `z` is (2 · oscillators · values,); `diffusion` has D [1/s] of each oscillator in `names`. <f f*> = 2 D δ(t), half
    of it in each state; a current of 1 A into a state is a rate of 1e9/s.
    """
    states = z.reshape(len(names), 2, 1, -1)
    return {
        f"i{name}_{state}": 1e-9 * (d / step) ** 0.5 * states[k, j]
        for k, (name, d) in enumerate(zip(names, diffusion, strict=True))
        for j, state in enumerate("uw")
    }


def sampling_step(frequency: float) -> float:
    """Return the time [s] between points of a record of an oscillator of `frequency` [Hz]."""
    return 1 / (_PER_PERIOD * frequency)


def recorded(
    deck: Deck, values: Mapping[str, float], signals: Sequence[str], step: float, start: float,
    noise: Mapping[str, np.ndarray], noise_step: float,
) -> tuple[np.ndarray, Outcome]:  # fmt: skip
    """Simulate one sample; return (signals, times) and its outcome."""
    row = np.array([deck.row(values)])
    found = record(deck, row, signals=signals, step=step, start=start, inputs=noise, input_step=noise_step)
    return found.waves[0], found.outcomes[0]
