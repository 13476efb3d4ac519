"""Section of the page: energy at equal accuracy, binarized networks beside 8-bit networks of other widths."""

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spicekit.network.bnn.energy import NOT_COUNTED, not_counted
from spicekit.network.bnn.gathered import percent
from spicekit.network.bnn.result import Result
from spicekit.network.bnn.widths import KINDS, Width, as_good
from spicekit.page.drawing import GREY, Plot, colour, legend_below, marker, picture
from spicekit.page.section import Grid, Section
from spicekit.units import engineering


def widths_section(result: Result) -> Section:
    """Return accuracy against energy; the result has networks of other widths."""
    widths, budgets = result.widths, next(iter(result.budgets.values()))
    name, accuracy, energy = result.task.network.name, result.sweep.without_errors, budgets[0].total
    array = next(iter(result.in_array.values()), None)
    rows = [
        (
            f"{one.kind}, {one.shape}",
            f"{one.bytes:,}",
            _accuracies(one),
            *(engineering(budget.total, "J") for budget in one.budgets),
        )
        for one in widths
    ]
    places = tuple(budget.name.partition(", ")[2] for budget in widths[0].budgets)
    return Section(
        "Energy at equal accuracy",
        (
            (
                widths_plot(widths, name, accuracy, energy),
                "Filled: weights of both kinds in the same 2T2R memory. Open: 8-bit weights in 8 kbyte of SRAM beside "
                "the multipliers. Bars: lowest and highest of the trainings. The cross is the network of this page.",
            ),
        ),
        _finding(widths, name, accuracy, energy, array.budgets[0].total if array else None),
        Grid(("network", "bytes", "accuracy", *places), tuple(rows)),
        (
            "An 8-bit network sees the values themselves, a binarized one a thermometer code of them. Its weights "
            "are rounded after training, its activations stay real, which favours it; that weights in 2T2R err, and "
            "what an error in a high bit would cost, is not in its accuracy. Widths are neurons of the hidden layers.",
            "Accuracies are of committed trainings (benchmarks/network_widths.py), good to "
            f"±{_sampling(accuracy, len(result.task.labels)):.1f} points for other test samples, and to the scatter "
            "of the trainings.",
            f"Not counted, in any network: {not_counted(NOT_COUNTED, widths[0].budgets)}.",
        ),
    )


def widths_plot(widths: tuple[Width, ...], name: str, accuracy: float, energy: float) -> Plot:
    """Return accuracy against the energy [J] of an inference, with the network `name` marked."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for index, kind in enumerate(KINDS):
            mine = [one for one in widths if one.kind == kind]
            for place, filled in ((0, True), (1, False)) if kind == "8 bit" else ((0, True),):
                x = [one.budgets[place].total for one in mine]
                y = [100 * one.accuracy for one in mine]
                ends = [[100 * (one.accuracy - min(one.accuracies)) for one in mine],
                        [100 * (max(one.accuracies) - one.accuracy) for one in mine]]  # fmt: skip
                axes.errorbar(
                    x, y, yerr=ends, color=colour(index), marker=marker(index), capsize=2,
                    linestyle="-" if filled else ":", markerfacecolor=colour(index) if filled else "none",
                )  # fmt: skip
        axes.plot(
            [energy],
            [100 * accuracy],
            marker="x",
            color="black",
            markersize=9,
            markeredgewidth=2,
            linestyle="",
        )
        axes.axhline(100 * accuracy, color=GREY, linestyle="--", linewidth=1)
        axes.set_xscale("log")
        axes.set_xlabel("energy of one inference [J]")
        axes.set_ylabel("accuracy without errors [%]")
        handles = [
            Line2D([], [], color=colour(i), marker=marker(i), label=f"{kind}, in 2T2R")
            for i, kind in enumerate(KINDS)
        ]
        handles += [
            Line2D(
                [],
                [],
                color=colour(1),
                marker=marker(1),
                markerfacecolor="none",
                linestyle=":",
                label="8 bit, in 8 kbyte of SRAM",
            ),
            Line2D([], [], color="black", marker="x", linestyle="", label=name),
        ]
        legend_below(figure, handles)

    texts = "; ".join(
        f"{one.kind} {one.shape}: {percent(one.accuracy)} at {engineering(one.energy, 'J')}" for one in widths
    )
    return picture(draw, 4.2, f"Accuracy against energy of an inference, weights in 2T2R. {texts}.")


def _finding(widths: tuple[Width, ...], name: str, accuracy: float, energy: float, own: float | None) -> str:
    found = as_good(widths, accuracy)
    said = f"{name} is right in {percent(accuracy)} and takes {engineering(energy, 'J')} for an inference."
    if found is None:
        return f"{said} No 8-bit network that was trained beside it is as accurate."
    same, near = (budget.total for budget in found.budgets[:2])
    return (
        f"{said} The smallest 8-bit network that is as accurate ({found.shape}, {found.bytes:,} bytes, "
        f"{percent(found.accuracy)}) takes {engineering(same, 'J')} with its weights in the same memory, "
        f"{same / energy:.2g} times as much, and {engineering(near, 'J')} with them in 8 kbyte of SRAM beside the "
        f"multipliers, {near / energy:.2g} times. The ratio at equal neurons, further down, is not that of networks "
        f"which do the same.{_in_array(found, own)}"
    )


def _in_array(eight: Width, own: float | None) -> str:
    """Return how both compare where they are read in the array, `own` [J] being the network's; empty if not known."""
    if own is None:
        return ""
    there = eight.budgets[-1].total
    return (
        f" Read in the array, it takes {engineering(there, 'J')} beside {engineering(own, 'J')}, {there / own:.2g} "
        "times as much."
    )


def _accuracies(one: Width) -> str:
    if len(one.accuracies) == 1:
        return percent(one.accuracy)
    each = ", ".join(f"{100 * accuracy:.2f}" for accuracy in one.accuracies)
    return f"{percent(one.accuracy)} ({each})"


def _sampling(accuracy: float, samples: int) -> float:
    """Return the reach of a 95 % interval for other test samples, in points (normal law)."""
    return 100 * 1.96 * (accuracy * (1 - accuracy) / samples) ** 0.5
