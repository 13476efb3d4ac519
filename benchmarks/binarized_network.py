"""Binarized networks on bits against the same networks as float products in NumPy and, where installed, PyTorch.

All on one thread, CPU time, images per second from real inputs to classes; the ways take turns, ratios are taken within
each turn. Inputs are uniform random numbers, as no way's time depends on them. All ways must give the same classes.
The float networks have weights of +1 and -1 in float32, the same thresholds and pools; NumPy's convolution is a matrix
product of windows, PyTorch's its own. Last: noisy chips on the same images in one call, with the memory of the process.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from spicekit.network.bnn import Convolution, Dense, Encode, Flatten, MaxPool, Network, Scores
from spicekit.network.bnn.bundled import bundled_networks, find_network
from spicekit.network.bnn.chips import accuracy_over_chips
from spicekit.network.bnn.faults import Faults
from spicekit.network.bnn.rates import ErrorRates

Classes = Callable[[np.ndarray], np.ndarray]
_BATCH = 1000  # images at once, in all ways


def _signs(ones: np.ndarray) -> np.ndarray:
    return np.where(ones, np.float32(1), np.float32(-1))


def numpy_floats(network: Network) -> Classes:
    """Return the network as float products in NumPy."""
    weights = {place: _signs(layer.weights.unpack()).T.copy() for place, layer in network.weighted}

    def run(x: np.ndarray) -> np.ndarray:
        for place, layer in enumerate(network.layers):
            match layer:
                case Encode():
                    x = _signs(x[..., None] > layer.levels).reshape(*x.shape[:-1], -1)
                case Convolution():
                    above, beside = layer.padded
                    x = np.pad(x, ((0, 0), (above, above), (beside, beside), (0, 0)), constant_values=-1)
                    windows = np.lib.stride_tricks.sliding_window_view(x, layer.kernel, axis=(1, 2))
                    windows = windows[:, :: layer.stride, :: layer.stride].transpose(0, 1, 2, 4, 5, 3)
                    x = _signs(layer.threshold(windows.reshape(-1, len(weights[place])) @ weights[place]))
                    x = x.reshape(-1, *network.shapes[place])
                case MaxPool():
                    (high, wide), (rows, columns, _) = layer.window, network.shapes[place]
                    cut = x[:, : rows * high, : columns * wide]
                    x = cut.reshape(len(x), rows, high, columns, wide, -1).max(axis=(2, 4))
                case Flatten():
                    x = x.reshape(len(x), -1)
                case Dense():
                    x = _signs(layer.threshold(x @ weights[place]))
                case Scores():
                    x = layer.scores(x @ weights[place])
        return x.argmax(axis=1)

    return lambda images: np.concatenate([run(images[i : i + _BATCH]) for i in range(0, len(images), _BATCH)])


def torch_floats(network: Network) -> Classes | None:
    """Return the network as float products in PyTorch; None if it is not installed."""
    try:
        import torch
        from torch.nn import functional
    except ImportError:
        return None
    torch.set_num_threads(1)
    weights = {place: torch.from_numpy(_signs(layer.weights.unpack())) for place, layer in network.weighted}

    def bits(x, layer):  # x: (samples, neurons, ...)
        shape = (1, -1) + (1,) * (x.ndim - 2)
        level = torch.from_numpy(layer.threshold.level).view(shape)
        inverted = torch.from_numpy(layer.threshold.inverted).view(shape)
        return torch.where((x >= level) ^ inverted, 1.0, -1.0)

    def run(images: np.ndarray) -> np.ndarray:
        x = torch.from_numpy(images.transpose(0, 3, 1, 2).copy())
        for place, layer in enumerate(network.layers):
            match layer:
                case Encode():
                    above = x[:, :, None] > torch.from_numpy(layer.levels.astype(np.float32))[:, None, None]
                    x = torch.where(above.flatten(1, 2), 1.0, -1.0)
                case Convolution():
                    kernel = weights[place].view(-1, *layer.kernel, layer.channels).permute(0, 3, 1, 2)
                    above, beside = layer.padded
                    x = functional.pad(x, (beside, beside, above, above), value=-1.0)
                    x = bits(functional.conv2d(x, kernel, stride=layer.stride), layer)
                case MaxPool():
                    x = functional.max_pool2d(x, layer.window)
                case Flatten():
                    x = x.permute(0, 2, 3, 1).flatten(1)
                case Dense():
                    x = bits(functional.linear(x, weights[place]), layer)
                case Scores():
                    scale, offset = (
                        torch.from_numpy(a.astype(np.float32)) for a in (layer.scale, layer.offset)
                    )
                    x = functional.linear(x, weights[place]) * scale + offset
        return x.argmax(1).numpy()

    def classes(images: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return np.concatenate([run(images[i : i + _BATCH]) for i in range(0, len(images), _BATCH)])

    return classes


def speed(network: Network, images: np.ndarray, repeats: int) -> bool:
    """Print images per second of all ways and return whether they agree."""
    ways: dict[str, Classes] = {"bits": network.classes, "NumPy floats": numpy_floats(network)}
    if (way := torch_floats(network)) is not None:
        ways["PyTorch floats"] = way
    found = {name: way(images) for name, way in ways.items()}  # warm
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            begun = time.process_time()
            way(images)
            seconds[name].append(time.process_time() - begun)
    print(f"\n{network.name}: {network.weights:,} weights, {len(images)} images, {repeats} turns")
    print("| way | images/s | time against bits | same classes |\n| --- | --- | --- | --- |")
    agree = True
    for name, times in seconds.items():
        ratio = np.array(times) / seconds["bits"]
        same = float((found[name] == found["bits"]).mean())
        agree &= same > 0.999  # equal scores may part by rounding
        print(
            f"| {name} | {len(images) / np.median(times):,.0f} | {np.median(ratio):.2f} "
            f"({ratio.min():.2f} … {ratio.max():.2f}) | {same:.2%} |"
        )
    return agree


def chips(network: Network, images: np.ndarray, count: int, rate: float) -> None:
    """Print time and memory of noisy chips."""
    labels = network.classes(images)
    begun = time.process_time()
    found = accuracy_over_chips(network, images, labels, Faults(ErrorRates(rate, rate)), count)
    seconds = time.process_time() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{network.name}: {count} chips at {rate:g} on {len(images)} images: {seconds:.1f} s, "
        f"{1000 * seconds / count:.0f} ms a chip, at most {memory:.0f} MB; "
        f"{found.mean:.1%} of classes as without errors"
    )


def main() -> int:
    """Run both parts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--networks", nargs="+", default=[n for n in bundled_networks() if n.startswith("mnist")]
    )
    parser.add_argument("--images", type=int, default=2000, help="for speed")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--chips", type=int, default=100, help="on 10,000 images; 0: none")
    parser.add_argument("--rate", type=float, default=1e-2, help="bit error rate of the chips")
    args = parser.parse_args()
    agree = True
    with threadpool_limits(1):
        for name in args.networks:
            network = find_network(name)
            images = np.random.default_rng(0).random((10_000, *network.input_shape), np.float32)
            if args.chips:
                chips(network, images, args.chips, args.rate)
            agree &= speed(network, images[: args.images], args.repeats)
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
