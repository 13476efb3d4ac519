"""Section of the page: the first layer on streams of random bits beside inputs in fixed point."""

from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spicekit.network.bnn.gathered import percent
from spicekit.network.bnn.stream_study import Priced, StreamStudy
from spicekit.network.bnn.streams import SOURCES
from spicekit.network.bnn.words import with_interval
from spicekit.page.drawing import GREY, Plot, colour, legend_below, marker, picture
from spicekit.page.numbers import minus
from spicekit.page.section import Grid, Section
from spicekit.units import engineering

PUBLISHED = "62 % less area; 2.1 times less energy for 1.4 points of accuracy less"
"""Of the whole system against inputs in fixed point, Fashion-MNIST (Hirtzlin et al., IEEE Access 7, 76394, 2019)."""


def streams_section(study: StreamStudy) -> Section:
    """Return accuracy, energy and area against the length of the streams."""
    fixed = study.fixed
    rows = [
        (
            "fixed point, eight bits", "–", percent(study.streams.fixed_point), "–",
            engineering(fixed.budget.total, "J"), "1", _square(fixed.area), "1",
        ),
        *(_row(one, study) for one in study.priced),
    ]  # fmt: skip
    head = (
        "first layer", "cycles", "accuracy", "change, points", "energy", "over fixed point", "area", "over fixed point",
    )  # fmt: skip
    return Section(
        "The first layer on streams of random bits",
        (
            (
                streams_plot(study),
                "Left: accuracy against cycles, with intervals; the line is the same network with inputs of eight bits"
                + (", dashed that which was trained on them" if study.beside else "")
                + ". Right: the same against the energy of an inference; the cross has inputs of eight bits.",
            ),
        ),
        finding(study),
        Grid(head, tuple(rows), folded=len(rows) > 16),
        (
            "In each cycle an input is +1 with the probability that its value says. Numbers that values are compared "
            f"with: {', '.join(SOURCES)} (16 bits, of which eight count), each chip from states of its own. Changes "
            "count from the same network with inputs of eight bits, sample by sample, with intervals for other chips "
            f"and other test samples; those of accuracies are for {study.streams.found[0].accuracy.others}. No weight "
            "is wrong here.",
            "Energies and areas are with one register for all inputs in the rows named so, else with one for each. "
            f"Weights: {study.fixed.budget.items[0].source}. Comparators and flip-flops: {study.parts.source}. Adders: "
            f"{study.parts.logic.source}. Adders of eight-bit inputs were simulated for {study.parts.total.inputs} "
            "words, and are counted in proportion to their bits for a row, which favours fixed point a little: more "
            "words need more adders for each bit.",
            "A shift register moves one bit in a cycle, so that its numbers follow each other alike, and streams say "
            "less than independent bits would.",
            f"Area: cells of all layers at {_square(study.parts.cell)} each (our layout), logic by its transistors "
            f"({study.parts.area.source}). Sense amplifiers, drivers, decoders and wires are in no area.",
            f"Published: {PUBLISHED}. Read was the abstract alone: its memory is spin-torque RAM; the shape of its "
            "network, the number of cycles, the node, and what energy and area hold are not known to us, so that the "
            "figures say which way it goes and no more.",
            _counting(study),
        ),
    )


def _square(area: float) -> str:
    """Return an area in words."""
    return f"{area * 1e6:.3g} mm²" if area >= 1e-9 else f"{area * 1e12:.3g} µm²"


def _row(one: Priced, study: StreamStudy) -> tuple[str, ...]:
    at, fixed = one.streamed.accuracy, study.fixed
    low, mean, high = at.loss
    return (
        f"{one.cost.way}, {one.streamed.source}",
        str(one.streamed.cycles),
        with_interval(at),
        minus(f"{-100 * mean:+.2f} ({-100 * high:+.2f} … {-100 * low:+.2f})"),
        engineering(one.cost.budget.total, "J"),
        f"{one.cost.budget.total / fixed.budget.total:.2g}",
        _square(one.cost.area),
        f"{one.cost.area / fixed.area:.2g}",
    )


def finding(study: StreamStudy) -> str:
    """Return what streams save and lose, in sentences."""
    fixed, best = study.fixed, study.cheapest
    said = (
        f"With inputs of eight bits {percent(study.streams.fixed_point)} of the test samples are right, and an "
        f"inference takes {engineering(fixed.budget.total, 'J')}."
    )
    if study.beside:
        said += f" {study.beside[0]}, trained on such inputs, has {percent(study.beside[1])}."
    if best is None:
        said += " No streams of the lengths asked take less energy and lose less than two points."
    else:
        low, mean, high = (100 * lost for lost in best.streamed.accuracy.loss)
        lost = minus(f"{mean:.2f} points ({low:.2f} … {high:.2f})")
        said += (
            f" Streams take less where the weights are held: {best.streamed.cycles} cycles "
            f"({best.streamed.source}) lose {lost} and take "
            f"{engineering(best.cost.budget.total, 'J')}, {fixed.budget.total / best.cost.budget.total:.2g} times less."
        )
    again = study.read_again.budget
    further = again.total - again.items[-1].energy  # all but the other layers
    return (
        f"{said} Where the memory is read anew in each cycle, one cycle takes {engineering(again.total, 'J')}, and "
        f"each further one adds {engineering(further, 'J')}, most of it for reading the same weights again."
    )


def _counting(study: StreamStudy) -> str:
    """Return how a counter compares with the tree: bits one after another, or all of a row at once."""
    tree, bits = study.parts.count, study.counter_bits
    counter = bits * study.parts.flip_flop + 2 * study.parts.logic.add_bit
    return (
        f"Counted in parallel, by a tree, a bit takes {engineering(tree.energy_per_bit, 'J')} and a row of "
        f"{tree.inputs} is done after {engineering(tree.delay, 's')}, with {tree.transistors:,} transistors; "
        f"one after another, by a counter of {bits} bits, it takes {engineering(counter, 'J')} and {tree.inputs} "
        f"cycles, with {38 * bits} transistors (flip-flops simulated, half-adders taken as full ones, of which a count "
        "changes two on average)."
    )


def streams_plot(study: StreamStudy) -> Plot:
    """Return accuracy against cycles, and against the energy of an inference."""
    ways = list(dict.fromkeys(one.cost.way for one in study.priced))
    own = next(iter(SOURCES))

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2, sharey=True)
        handles = []
        for index, source in enumerate(SOURCES):
            found = study.streams.of(source)
            y = [100 * one.accuracy.mean for one in found]
            ends = [one.accuracy.interval for one in found]
            reach = [[a - 100 * low for a, (low, _) in zip(y, ends, strict=True)],
                     [100 * high - a for a, (_, high) in zip(y, ends, strict=True)]]  # fmt: skip
            style = {"color": colour(index), "marker": marker(index)}
            left.errorbar([one.cycles for one in found], y, yerr=reach, capsize=2, **style)
            handles.append(Line2D([], [], label=source, **style))
        left.axhline(100 * study.streams.fixed_point, color="black", linewidth=1)
        if study.beside:
            left.axhline(100 * study.beside[1], color=GREY, linewidth=1, linestyle="--")
        left.set_xscale("log", base=2)
        left.set_xlabel("cycles")
        left.set_ylabel("accuracy [%]")
        for index, way in enumerate(ways, len(SOURCES)):
            mine = [one for one in study.priced if one.cost.way == way and one.streamed.source == own]
            style = {"color": colour(index), "marker": marker(index)}
            x = [one.cost.budget.total for one in mine]
            right.plot(x, [100 * one.streamed.accuracy.mean for one in mine], **style)
            handles.append(Line2D([], [], label=way, **style))
        cross: dict[str, Any] = {
            "marker": "x",
            "color": "black",
            "linestyle": "",
            "markersize": 9,
            "markeredgewidth": 2,
        }
        right.plot([study.fixed.budget.total], [100 * study.streams.fixed_point], **cross)
        handles.append(Line2D([], [], label="inputs of eight bits", **cross))
        right.set_xscale("log")
        right.set_xlabel("energy of one inference [J]")
        legend_below(figure, handles)

    texts = "; ".join(
        f"{one.cycles} cycles, {one.source}: {percent(one.accuracy.mean)}" for one in study.streams.found
    )
    return picture(draw, 4.0, f"Accuracy with streams of random bits. {texts}.")
