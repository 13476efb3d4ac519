"""Example waveforms of one condition: what the pulses and the read look like on a scope."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spicekit.page.drawing import COLOURS, Plot, picture
from spicekit.report.counts import column, rows_where

# signal, label, colour number, line style: lines on top of each other must stay visible
_VOLTAGES = (
    ("wl", "word line", 6, ":"),
    ("bl", "bit line", 0, "-"),
    ("sl", "source line", 1, "-"),
    ("be", "bottom electrode", 2, "-."),
)
_OUTPUTS = (("sen", "sense enable", 6, ":"), ("q", "q", 0, "-"), ("qb", "q̄", 1, "--"))
_LINES = (("bl", "bit line", 0, "-"), ("blb", "complementary bit line", 1, "--"))
_CURRENT = (("vcell#branch", "cell current", 0, "-"),)
_GAP = (("xcell.gap", "gap", 2, "-"),)
_HEAT = (("xcell.temp", "filament temperature", 1, "-"),)
_PROGRAMMING = (
    (_VOLTAGES, 1.0, "voltage [V]"),
    (_CURRENT, 1e6, "current [µA]"),
    (_GAP, 1.0, "gap [nm]"),
    (_HEAT, 1.0, "temperature [K]"),
)
_READING = ((_OUTPUTS, 1.0, "voltage [V]"), (_LINES, 1.0, "voltage [V]"))


def programming_waveforms(waveforms: pd.DataFrame, condition: str) -> Plot | None:
    """Return SET and RESET of `condition`: voltages, current, gap and temperature, as far as recorded."""
    return _grid(waveforms, condition, (("set", "SET"), ("reset", "RESET")), _PROGRAMMING)


def read_waveforms(waveforms: pd.DataFrame, condition: str) -> Plot | None:
    """Return the reads of both logic values of `condition`: outputs, and the bit lines that decide."""
    return _grid(waveforms, condition, (("read +1", "read of +1"), ("read -1", "read of −1")), _READING)


def _grid(waveforms: pd.DataFrame, condition: str, pulses: tuple, panels: tuple) -> Plot | None:
    table = rows_where(waveforms, column(waveforms, "condition") == condition)
    present = set(zip(column(table, "pulse"), column(table, "signal"), strict=True))
    columns = [pulse for pulse in pulses if any(name == pulse[0] for name, _ in present)]
    rows = [
        panel for panel in panels if any((p, signal[0]) in present for p, _ in columns for signal in panel[0])
    ]
    if not columns or not rows:
        return None

    def draw(figure: Figure) -> None:
        grid = figure.subplots(len(rows), len(columns), squeeze=False, sharex="col", sharey="row")
        for place, (pulse, title) in enumerate(columns):
            part = rows_where(table, column(table, "pulse") == pulse)
            scale, unit = _time_unit(float(column(part, "time", float).max()))
            for row, (signals, factor, label) in enumerate(rows):
                _draw_signals(grid[row, place], part, signals, scale, factor)
                if place == 0:
                    grid[row, 0].set_ylabel(label)
            grid[0, place].set_title(title, fontsize=10)
            grid[-1, place].set_xlabel(f"time [{unit}]")
        figure.align_ylabels(grid[:, 0])
        for row, (signals, _, _) in enumerate(rows):
            if len(signals) > 1:
                lines = {line.get_label(): line for axes in grid[row] for line in axes.get_lines()}
                grid[row, -1].legend(
                    lines.values(), lines.keys(), loc="center left", fontsize=8, bbox_to_anchor=(1.01, 0.5)
                )

    names = " and ".join(title for _, title in columns)
    quantities = ", ".join(dict.fromkeys(label.split(" [")[0] for _, _, label in rows))
    alt = f"Waveforms of {names}, condition {condition}, nominal devices: {quantities} against time."
    return picture(draw, 0.9 + 1.35 * len(rows), alt)


def _draw_signals(axes: Axes, part: pd.DataFrame, signals: tuple, scale: float, factor: float) -> None:
    for name, label, paint, dash in signals:
        trace = rows_where(part, column(part, "signal") == name)
        if len(trace):
            time = column(trace, "time", float) * scale
            value = column(trace, "value", float) * factor
            keep = np.isfinite(value)
            axes.plot(time[keep], value[keep], label=label, color=COLOURS[paint], linestyle=dash)


def _time_unit(span: float) -> tuple[float, str]:
    return (1e6, "µs") if span >= 1e-6 else (1e9, "ns")
