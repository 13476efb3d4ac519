"""Pictures of networks of p-bits: the energy over time, success, spread and surroundings, Boltzmann's law."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from spicekit.block import Share
from spicekit.network.pbits.problem import Factoring
from spicekit.network.pbits.result import Found, Solved
from spicekit.page.drawing import COLOURS, GREY, Plot, colour, legend_below, marker, picture
from spicekit.units import engineering

_MOST_PANELS = 6


def landscape_plot(found: Found, one: Solved) -> Plot:
    """Return the energy of some copies over time, and for factors the way of one of them over the landscape."""
    problem, time = one.problem, found.asked.law.time.value
    mapped = isinstance(problem, Factoring) and problem.bits <= 16

    def draw(figure: Figure) -> None:
        axes = figure.subplots(1, 2 if mapped else 1, squeeze=False)[0]
        for k, (times, energies) in enumerate(one.trace):
            # the ground state has no place on a logarithmic axis unless it is lifted
            axes[0].step(
                times * time, energies - one.ground + 1, where="post", color=colour(k), linewidth=0.9
            )
        axes[0].set_yscale("log")
        axes[0].set_xlabel("time")
        axes[0].set_ylabel("energy above the lowest, + 1")
        axes[0].xaxis.set_major_locator(MaxNLocator(4))
        axes[0].xaxis.set_major_formatter(FuncFormatter(lambda value, _: engineering(value, "s")))
        if mapped and isinstance(problem, Factoring):
            _map(axes[1], problem, one.path)

    way = f" The first of them ends at {problem.solution(one.path[-1])}." if len(one.path) else ""
    return picture(draw, 3.6, f"Energy of {len(one.trace)} runs on {problem.name} over time.{way}")


def _map(axes: Axes, problem: Factoring, path: np.ndarray) -> None:
    x, y = (np.arange(1, 1 << (size + 1), 2) for size in problem.sizes)
    energies = (np.outer(y, x) - problem.number) ** 2 + 1.0
    mesh = axes.pcolormesh(x, y, energies, norm=LogNorm(), cmap="viridis", shading="nearest")
    xs, ys = problem.factors(path)
    axes.plot(xs, ys, color="white", linewidth=0.5, alpha=0.7)
    axes.plot(xs[-1], ys[-1], marker="o", color=COLOURS[1], markersize=8, fillstyle="none", markeredgewidth=2)
    axes.set_xlabel("X")
    axes.set_ylabel("Y")
    axes.grid(visible=False)
    axes.figure.colorbar(mesh, ax=axes, label="energy + 1")


def success_plot(found: Found) -> Plot:
    """Return the share of runs that visit the lowest energy, against their length, a panel for each problem."""
    shown = found.solved[:_MOST_PANELS]

    def draw(figure: Figure) -> None:
        columns = min(len(shown), 3)
        rows = -(-len(shown) // columns)
        panels = figure.subplots(rows, columns, squeeze=False, sharey=True, sharex=True)
        for k, one in enumerate(shown):
            axes = panels[k // columns][k % columns]
            for c, curve in enumerate(one.curves):
                times = [t * 1.03 ** (c - 1) for t, _ in curve.by_time]  # side by side
                _shares(axes, times, [s for _, s in curve.by_time], c)
            axes.set_xscale("log")
            axes.set_title(f"{one.problem.name}, {one.problem.bits} bits", fontsize=9)
        for axes in panels.flat[len(shown) :]:
            axes.set_visible(False)
        for k in range(columns):  # of the lowest panel that is used
            lowest = panels[max(r for r in range(rows) if r * columns + k < len(shown))][k]
            lowest.set_xlabel("correlation times, or sweeps")
            lowest.tick_params(labelbottom=True)
        for axes in panels[:, 0]:
            axes.set_ylabel("share that succeeds")
        names = dict.fromkeys(curve.name for one in shown for curve in one.curves)
        legend_below(figure, [_handle(c, name) for c, name in enumerate(names)])

    said = "; ".join(
        f"{one.problem.name}: " + ", ".join(f"{c.name} {c.last.best or 0:.0%}" for c in one.curves)
        for one in shown
    )
    return picture(
        draw, 2.2 + 1.6 * (-(-len(shown) // 3)), f"Success against time. In the longest runs, {said}."
    )


def _shares(axes: Axes, x: list[float], shares: list[Share], index: int) -> None:
    best = np.array([s.best or 0.0 for s in shares])
    reach = [best - [s.low for s in shares], [s.high for s in shares] - best]
    axes.errorbar(
        x, best, np.maximum(reach, 0), color=colour(index), marker=marker(index), markersize=4, elinewidth=0.8
    )
    axes.set_ylim(-0.03, 1.03)


def _handle(index: int, name: str) -> Line2D:
    return Line2D([], [], color=colour(index), marker=marker(index), markersize=4, label=name)


def spread_plot(found: Found) -> Plot:
    """Return success against the spread of the p-bits, and at other supplies and temperatures, in the longest runs."""
    shown = found.solved[:_MOST_PANELS]
    names = [name for name, *_ in found.solved[0].surroundings]

    def draw(figure: Figure) -> None:
        both = len(names) > 1
        panels = figure.subplots(1, 3 if both else 2, sharey=True)
        for k, one in enumerate(shown):
            for axes, trimmed in ((panels[0], True), (panels[1], False)):
                points = [(f, s) for f, t, s in one.spreads if t is trimmed]
                _shares(axes, [f for f, _ in points], [s for _, s in points], k)
            if both:
                place = np.arange(len(names)) + 0.08 * (k - len(shown) / 2)
                usual, own = [at[1] for at in one.surroundings], [at[2] for at in one.surroundings]
                for shares, fill in ((usual, "none"), (own, "full")):
                    panels[2].plot(
                        place, [s.best or 0 for s in shares], linestyle="", marker=marker(k), color=colour(k),
                        fillstyle=fill,
                    )  # fmt: skip
        panels[0].set_title("centres trimmed", fontsize=9)
        panels[1].set_title("not trimmed", fontsize=9)
        for axes in panels[:2]:
            axes.set_xlabel("factor on the spread")
        if both:
            panels[2].set_title("not trimmed, other surroundings", fontsize=9)
            panels[2].set_xticks(range(len(names)), names, fontsize=8, rotation=30)
        panels[0].set_ylabel("share of runs that succeed")
        handles = [_handle(k, one.problem.name) for k, one in enumerate(shown)]
        if both:
            handles += [
                Line2D([], [], color=GREY, marker="o", linestyle="", fillstyle=fill, label=f"inputs made for {said}")  # type: ignore[arg-type]
                for fill, said in (("none", "the usual p-bit"), ("full", "that there"))
            ]  # fmt: skip
        legend_below(figure, handles)

    said = "; ".join(
        f"{one.problem.name}: " + ", ".join(f"× {f:g} {s.best or 0:.0%}" for f, t, s in one.spreads if not t)
        for one in shown
    )
    return picture(draw, 3.6, f"Success against the spread, not trimmed: {said}.")


def law_plot(found: Found) -> Plot:
    """Return the chance of each bit to be +1 against the exact one, and distances from the law beside their floor."""
    shown = [one for one in found.solved if one.law is not None]

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2)
        names: dict[str, int] = {}
        for place, one in enumerate(shown):
            assert one.law is not None
            for d in one.law.distances:
                k = names.setdefault(d.name, len(names))
                left.plot(
                    one.law.exact, d.marginals, linestyle="", marker=marker(k), markersize=4, color=colour(k)
                )
                at = place + 0.15 * (k - 1.5)
                right.plot(
                    [at] * len(d.of_chips), d.of_chips, linestyle="", marker=marker(k), markersize=4, color=colour(k)
                )  # fmt: skip
            mean, high = one.law.floor
            right.bar(place, high, width=0.8, color="#dddddd", zorder=0)
            right.plot([place - 0.4, place + 0.4], [mean, mean], color=GREY, linewidth=1)
        left.plot([0, 1], [0, 1], color=GREY, linewidth=0.8)
        left.set_xlabel("exact chance that a bit is +1")
        left.set_ylabel("share of samples in which it is")
        right.set_xticks(range(len(shown)), [one.problem.name for one in shown], fontsize=8, rotation=20)
        right.set_ylabel("total variation distance")
        right.set_ylim(bottom=0)
        handles = [
            Line2D([], [], linestyle="", marker=marker(k), color=colour(k), label=n) for n, k in names.items()
        ]
        legend_below(
            figure,
            [*handles, Line2D([], [], color=GREY, label="floor: samples of the law itself; bar: 95 %")],
        )

    said = "; ".join(
        f"{one.problem.name}: " + ", ".join(f"{d.name} {d.mean:.3f}" for d in one.law.distances)
        for one in shown
        if one.law
    )
    return picture(draw, 3.8, f"Distances from Boltzmann's law. {said}.")
