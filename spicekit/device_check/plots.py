"""Pictures of a checked device."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter

from spicekit.device_check.bench import STATES, Bench
from spicekit.device_check.curves import Curves, Traced
from spicekit.device_check.ladder import LENGTHS, Hold
from spicekit.device_check.switching import WAYS
from spicekit.page.drawing import COLOURS, GREY, Plot, picture

_LOW, _HIGH, _BLACK = COLOURS[0], COLOURS[1], COLOURS[6]
_FLOOR = 1e-10  # A: below, a triangle through zero only shows where it was sampled
_KINDS = (("hrs", "SET", _LOW, "o"), ("lrs", "RESET", _HIGH, "s"), ("pristine", "forming", _BLACK, "^"))


def loops_plot(curves: Curves) -> Plot:
    """Draw the loops of the device alone, and through the transistor."""
    titles = {"alone": "device alone", "cell": "through the access transistor"}
    shown = {key: pieces for key, pieces in curves.loops.items() if pieces}

    def draw(figure: Figure) -> None:
        panels = figure.subplots(1, max(2, len(shown)), sharey=True)
        for axes, (key, pieces) in zip(panels, shown.items(), strict=False):
            for k, piece in enumerate(pieces):
                size = np.abs(piece.current)
                axes.plot(piece.voltage, np.where(size > _FLOOR, size, np.nan),
                          color=_way_colour(piece, k) if key == "cell" else _BLACK)  # fmt: skip
            axes.set_title(titles[key], fontsize=9.5)
            axes.set_xlabel("voltage [V]")
            axes.axvline(0, color=GREY, linewidth=0.6)
            _log_current(axes)
        for axes in panels[len(shown) :]:
            axes.set_axis_off()
        panels[0].set_ylabel("magnitude of the current")

    return picture(draw, 3.6, f"Current-voltage loops: {', '.join(titles[key] for key in shown)}.")


def _way_colour(piece: Traced, k: int) -> str:
    return _LOW if piece.voltage.max() > -piece.voltage.min() and k == 0 else _HIGH


def resistance_plot(bench: Bench, curves: Curves) -> Plot:
    """Draw the resistance against the state."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.semilogy(curves.states, curves.resistances, color=_BLACK)
        for state, paint in zip(STATES, (_LOW, _HIGH), strict=True):
            at = bench.start(state)
            axes.axvline(at, color=paint, linestyle=(0, (4, 2)), linewidth=1)
            axes.annotate(state.upper(), (at, 1), xycoords=("data", "axes fraction"), color=paint, fontsize=9,
                          xytext=(3, -10), textcoords="offset points")  # fmt: skip
        axes.set_xlabel(_state(bench))
        axes.set_ylabel("resistance")
        axes.yaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(EngFormatter("Ω", sep=" "))
        axes.yaxis.set_minor_formatter(NullFormatter())

    known = curves.resistances[np.isfinite(curves.resistances)]
    ends = f" from {known.min():.3g} to {known.max():.3g} Ohm" if known.size else ""
    return picture(draw, 3.0, f"Resistance against the state of the device{ends}.")


def pulses_plot(bench: Bench, curves: Curves) -> Plot:
    """Draw voltage, current and state of SET and RESET against time."""

    def draw(figure: Figure) -> None:
        panels = figure.subplots(3, 2, sharex="col", sharey="row", squeeze=False)
        for column, (way, traced) in enumerate(curves.pulses.items()):
            for row, (wave, paint) in enumerate(
                ((traced.voltage, _BLACK), (traced.current * 1e6, _HIGH), (traced.state, _LOW))
            ):
                panels[row][column].plot(traced.time * 1e6, wave, color=paint)
            panels[0][column].set_title(way, fontsize=9.5)
            panels[2][column].set_xlabel("time [µs]")
        for row, text in enumerate(("cell [V]", "current [µA]", _state(bench))):
            panels[row][0].set_ylabel(text)
        figure.align_ylabels()

    return picture(draw, 4.6, "Voltage over the cell, current and state against time, in SET and RESET.")


def times_plot(holds: tuple[Hold, ...]) -> Plot:
    """Draw the switching time against the voltage, and holds that did not switch or failed."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for start, way, paint, sign in _KINDS:
            mine = [h for h in holds if h.start == start and (h.voltage > 0) == (way != "RESET")]
            switched = [h for h in mine if np.isfinite(h.time)]
            axes.semilogy([h.voltage for h in switched], [h.time for h in switched], color=paint,
                          marker=sign, label=way if mine else None)  # fmt: skip
            stayed = [h.voltage for h in mine if not h.failed and not np.isfinite(h.time)]
            axes.semilogy(stayed, [2 * LENGTHS[-1]] * len(stayed), color=paint, marker="2", linestyle="")
            failed = [h.voltage for h in mine if h.failed]
            axes.semilogy(failed, [2 * LENGTHS[-1]] * len(failed), color=paint, marker="x", linestyle="")
        axes.axhline(LENGTHS[-1], color=GREY, linestyle=":", linewidth=1)
        axes.axvline(0, color=GREY, linewidth=0.6)
        axes.set_xlabel("voltage on the device [V]")
        axes.set_ylabel("time until it switches")
        axes.yaxis.set_major_formatter(EngFormatter("s", sep=" "))
        axes.legend(loc="center")

    counted = ", ".join(
        f"{way} at {sum(np.isfinite(h.time) for h in holds if h.start == start)} voltages"
        for way, start in WAYS.items()
    )
    return picture(draw, 3.6, f"Time until the device switches against the voltage on it: {counted}.")


def _state(bench: Bench) -> str:
    return "state" if bench.unit == "1" else f"state [{bench.unit}]"


def _log_current(axes: Axes) -> None:
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(10, numticks=20))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(EngFormatter("A", sep=" "))
