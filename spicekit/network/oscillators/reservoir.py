"""One oscillator as a reservoir: its current carries many masked copies of the input, one after another.

Each frame of the input, times a mask of +1 and -1, becomes a row of current values, one per virtual node; the
oscillator's power relaxes towards each and still remembers those before (Torrejon et al., Nature 547, 428, 2017). What
is read is the amplitude of the voltage, emission · I · √p, at the end of each node.

Between two changes of the current p follows its logistic law exactly. Thermal noise is added once per node, with the
variance that the linearized amplitude gathers meanwhile, D (1 - exp(-4 Γp θ))/(4 Γp) in each quadrature.
"""

from dataclasses import dataclass

import numpy as np

from spicekit.network.oscillators.devices import TAU, Devices

_CLIP = 3.0  # standard deviations of the input that the current's swing holds


@dataclass(frozen=True)
class Reservoir:
    """One device under one mask."""

    device: Devices  # (1, 1)
    mask: np.ndarray  # (channels, nodes), each column of unit length
    bias: float  # A
    swing: float  # A: the current stays within bias ± swing
    node_time: float  # s
    noise: bool

    def currents(self, frames: np.ndarray) -> np.ndarray:
        """Return the current [A] at each node, (frames, nodes), of one recording's `frames` (frames, channels)."""
        masked = frames @ self.mask
        masked = (masked - masked.mean()) / (masked.std() + 1e-12)
        return self.bias + self.swing * np.clip(masked / _CLIP, -1, 1)


def reservoir(
    device: Devices,
    channels: int,
    nodes: int,
    *,
    bias: float,
    swing: float,
    node_time: float,
    noise: bool,
    seed: int,
) -> Reservoir:
    """Return a reservoir with a drawn mask.

    Args:
        device: (1, 1).
        bias, swing: over the device's threshold.
        node_time: over the time 1/(2 Γp) in which its power relaxes at the bias.
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, channels, nodes]))
    mask = rng.choice([-1.0, 1.0], (channels, nodes)) / np.sqrt(channels)
    threshold = float(device.threshold[0, 0])
    rate = float(device.relaxation_rate(np.array([[bias * threshold]]))[0, 0])
    return Reservoir(device, mask, bias * threshold, swing * threshold, node_time / (2 * rate), noise)


def responses(one: Reservoir, recordings: list[np.ndarray], seed: int) -> list[np.ndarray]:
    """Return the voltage amplitudes [V], (frames, nodes) of each recording (frames, channels).

    Noise of recording i depends on (seed, i) alone.
    """
    currents = [one.currents(frames) for frames in recordings]
    order = np.argsort(
        [-len(frames) for frames in recordings], kind="stable"
    )  # those that last longest come first
    lengths = np.array([len(recordings[k]) for k in order])
    generators = [np.random.default_rng(np.random.SeedSequence([seed, int(k)])) for k in order]
    law, nodes = one.device, one.mask.shape[1]
    damping, growth = (float(getattr(law, name)[0, 0]) for name in ("damping", "damping_growth"))
    torque = float(law.spin_torque[0, 0])
    bias = np.array([[one.bias]])
    p = np.full(len(order), float(law.power(bias)[0, 0]))
    rate = float(law.relaxation_rate(bias)[0, 0])
    shake = np.sqrt(float(law.noise(bias)[0, 0]) * -np.expm1(-4 * rate * one.node_time) / (4 * rate))
    out = [np.empty((len(frames), nodes), np.float32) for frames in recordings]
    for frame in range(int(lengths.max())):
        lasting = int((lengths > frame).sum())
        i = np.array([currents[k][frame] for k in order[:lasting]]).T
        gain = TAU * (torque * i - damping)
        grown = np.exp(2 * gain * one.node_time)
        filling = TAU * (torque * i + growth * damping) * (grown - 1) / gain
        drawn = None
        if one.noise:
            drawn = np.array([g.standard_normal((nodes, 2)) for g in generators[:lasting]]) * shake
        q, seen = p[:lasting], np.empty((nodes, lasting))
        for node in range(nodes):
            q = q * grown[node] / (1 + filling[node] * q)
            if drawn is not None:
                q = (np.sqrt(q) + drawn[:, node, 0]) ** 2 + drawn[:, node, 1] ** 2
            seen[node] = q
        p[:lasting] = q
        volts = (law.emitted(i) * np.sqrt(seen)).T
        for place, k in enumerate(order[:lasting]):
            out[k][frame] = volts[place]
    return out


def without_memory(one: Reservoir, recordings: list[np.ndarray]) -> list[np.ndarray]:
    """Return what `responses` would be, were the power always that of the present current, and without noise."""
    found = []
    for frames in recordings:
        i = one.currents(frames)
        found.append((one.device.emitted(i) * np.sqrt(one.device.power(i))).astype(np.float32))
    return found
