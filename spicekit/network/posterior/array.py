"""Networks in the devices of an array: what is programmed for given parameters, and what then stands there."""

import numpy as np

from spicekit.network.mcmc.devices import generator_of
from spicekit.network.mcmc.law import Law
from spicekit.network.posterior.net import Net


def least_targets(net: Net, parameters: np.ndarray, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """Return conductances [S] that hold parameters with the least spread, and the scale of each parameter [1/S].

    One device of a pair is at the low end, as the spread grows with the conductance, and the largest parameter of a
    layer takes the whole range.

    Args:
        parameters: (splits, copies, n).
        low, high: ends of the range [S].

    Returns:
        (splits, copies, 2 n), first all G+, then all G-; and (splits, 1, n).
    """
    of_layer = [np.abs(parameters[..., net.layer == k]).max(axis=(1, 2)) for k in (0, 1)]
    scales = np.maximum(np.stack(of_layer, axis=1), 1e-12)[:, None, net.layer] / (high - low)
    wanted = parameters / scales
    return low + np.maximum(np.concatenate([wanted, -wanted], axis=-1), 0), scales


def programmed(law: Law, targets: np.ndarray, scales: np.ndarray, seed: int) -> np.ndarray:
    """Return the parameters (splits, copies, n) that stand in the devices after one cycle towards each target.

    Every device is programmed once, so that its own deviation and that of the cycle come as one. Copy i of a split is
    the same however many there are. `scales` are (splits, copies or 1, n).
    """
    drawn = np.stack(
        [
            generator_of(seed, split, "programmed").standard_normal(part.shape)
            for split, part in enumerate(targets)
        ]
    )
    found = law.draw(law.moments(targets), drawn)
    half = found.shape[-1] // 2
    return scales * (found[..., :half] - found[..., half:])
