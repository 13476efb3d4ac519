"""Waveforms of one sample, step by step, as a picture file."""

from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spicekit.errors import InputError
from spicekit.page.drawing import COLOURS, style

_CURRENT, _STATE, _HEAT = "#branch", ".gap", ".temp"
_WORDS = {
    "te": "top electrode", "be": "bottom electrode", "bl": "bit line", "blb": "complementary bit line",
    "sl": "source line", "wl": "word line", "sen": "sense enable", "q": "q", "qb": "q̄", "vdd": "supply",
    "xcell.gap": "device", "xleft.gap": "left device", "xright.gap": "right device",
    "vcell#branch": "through the device",
    "vbit_line#branch": "from the bit line's driver", "vsource_line#branch": "from the source line's driver",
    "vdd#branch": "from the supply",
}  # fmt: skip
_PANELS = (
    ("voltage [V]", 1.0, lambda s: not s.endswith((_CURRENT, _STATE, _HEAT))),
    ("current [µA]", 1e6, lambda s: s.endswith(_CURRENT)),
    ("gap [nm]", 1.0, lambda s: s.endswith(_STATE)),
)


def plot_replay(waveforms: pd.DataFrame, title: str, path: Path) -> Path:
    """Draw the waveforms of a sample into a PNG, SVG or PDF file: a column per step of the chain.

    Args:
        waveforms: long table: step, time [s], signal, value [V, A, nm].

    Raises:
        InputError: the file name ends otherwise.
    """
    if path.suffix not in (".png", ".svg", ".pdf"):
        raise InputError(f"{path}: the ending says the format: expected .png, .svg or .pdf")
    steps = list(dict.fromkeys(waveforms["step"]))
    with style():
        figure = Figure(figsize=(3.6 * len(steps), 7.5), layout="constrained")
        grid = figure.subplots(len(_PANELS), len(steps), squeeze=False, sharex="col")
        for column, step in enumerate(steps):
            part = waveforms[waveforms["step"] == step]
            scale, unit = (1e6, "µs") if part["time"].max() >= 1e-6 else (1e9, "ns")
            for row, (label, factor, wanted) in enumerate(_PANELS):
                axes = grid[row, column]
                signals = [s for s in dict.fromkeys(part["signal"]) if wanted(s)]
                for number, signal in enumerate(signals):
                    trace = part[part["signal"] == signal]
                    axes.plot(
                        trace["time"] * scale,
                        trace["value"] * factor,
                        label=_WORDS.get(signal, signal.removesuffix(_CURRENT)),
                        color=COLOURS[number % len(COLOURS)],
                        linestyle=("-", "--", ":", "-.")[number // 2 % 4],
                    )
                _fit(axes, [part.loc[part["signal"] == s, "value"] * factor for s in signals])
                axes.legend(fontsize=7, ncols=2)
                if column == 0:
                    axes.set_ylabel(label)
            grid[0, column].set_title(step, fontsize=9)
            grid[-1, column].set_xlabel(f"time [{unit}]")
        figure.suptitle(title)
        figure.savefig(path, dpi=130)
    return path


def _fit(axes: Axes, waves: list[pd.Series]) -> None:
    """Leave room for the legend on top; the first steps from zero may not squeeze what follows."""
    if not waves:
        return
    settled = [wave.iloc[len(wave) // 20 :] for wave in waves]
    low, high = min(wave.min() for wave in settled), max(wave.max() for wave in settled)
    height = max(high - low, 1e-3)
    axes.set_ylim(low - 0.05 * height, high + 0.35 * height)
