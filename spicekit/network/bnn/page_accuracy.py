"""Sections of the page: accuracy against error rate, what helps against errors, and which layer minds them."""

from collections.abc import Sequence

from spicekit.network.bnn.by_layer import OfLayer
from spicekit.network.bnn.gathered import percent, percents
from spicekit.network.bnn.plots_accuracy import accuracy_plot, remedies_plot
from spicekit.network.bnn.result import Result
from spicekit.network.bnn.sweep import LOSSES, SIDES, Sweep
from spicekit.network.bnn.trainings import LOSS_SCATTER
from spicekit.network.bnn.words import points, with_interval
from spicekit.page.numbers import minus, scientific
from spicekit.page.section import Grid, Section


def accuracy_section(result: Result) -> Section:
    """Return accuracy against error rate, between errors on both values alike and all on one of them."""
    sweep = result.sweep
    losses = [f"{points(loss)} at {_lost_at(sweep, loss)}" for loss in LOSSES]
    at_most = [f"{points(loss)} at {_least(sweep, loss)}" for loss in LOSSES]
    besides = f" {sweep.transient:g} of all single reads err besides." if sweep.transient else ""
    return Section(
        "Accuracy against bit error rate",
        (
            (
                accuracy_plot(sweep, result.conditions),
                "The rate is the mean over both values. Upper curve: weights stand wrong equally often for +1 and −1, "
                "at random, new for each chip. Lower curves: all errors are on one value. Marks: the programming "
                "conditions as simulated, each value at its own rate; filled 2T2R, open one device alone. "
                "Middle: the same, only the first lost points, with intervals of what is lost. Below: where the "
                "conditions of 2T2R lie, with the interval of their rate; an arrow is a bound: no "
                "error was seen, the rate lies to its left.",
            ),
        ),
        f"Without errors {percent(sweep.without_errors)} of the test samples are right; the most frequent class alone "
        f"would be {percent(result.majority)}.{besides} Where errors are equally on both values the mean over chips "
        f"has lost {'; '.join(losses)}. Where they are all on one value it has lost {'; '.join(at_most)}: how errors "
        "are shared out matters as much as how many there are.",
        Grid(
            ("bit error rate, mean of both values", *SIDES.values(), "90 % of the chips, equally"),
            tuple(
                (
                    scientific(rate),
                    *(with_interval(curve[place]) for side in SIDES if (curve := sweep.curve(side))),
                    percents(*sweep.found[place].band),
                )
                for place, rate in enumerate(sweep.rates)
            ),
        ),
        (
            "Published tolerances: up to 1e-4 … 1e-3 with usual training, 4e-2 with training adapted to errors "
            "(Hirtzlin et al., AICAS 2019; Querlioz et al., BioCAS 2019); how errors were shared out is not said.",
            f"Intervals of accuracy are for {sweep.found[0].others}. {_trained(sweep)}Losses are counted "
            "sample by sample from the network without errors, so that whether it is right itself is not in their "
            "intervals, and are those of this training; their rates are read from straight lines between the points.",
        ),
    )


def _trained(sweep: Sweep) -> str:
    """Return what other trainings of the network gave, and what they add to intervals; empty where none were tried."""
    at = sweep.found[0]
    found = at.trainings
    if found is None:
        return ""
    mean, std, reach = (f"{100 * share:.2f}" for share in (found.mean, found.std, found.reach(at.confidence)))
    return (
        f"Trained {found.how or 'as the bundled one'}, from {found.seeds} seeds, {sweep.network} gets {mean} ± {std} % "
        f"of all test samples right (standard deviation): for other trainings an interval holds ±{reach} points, and "
        f"in squares the scatter of what errors cost, {LOSS_SCATTER:.0%} of it, less where "
        "nearly all is lost (measured on two networks). "
    )


def remedies_section(result: Result) -> Section:
    """Return what thresholds set again on each chip bring, and another network, such as one trained with errors."""
    sweep, others = result.sweep, [one for one in (result.adapted, result.beside) if one is not None]
    names = [sweep.network]
    if result.adapted is not None:
        names.append(f"{sweep.network}, thresholds set on each chip")
    if result.beside is not None:
        names.append(result.beside.network)
    inputs = 0 if result.task.adapt is None else len(result.task.adapt)
    rows = []
    for place, rate in enumerate(sweep.rates):
        every = [(one.found[place], one.worst(place)) for one in (sweep, *others)]
        rows.append((scientific(rate), *(percent(at.mean) for pair in every for at in pair)))
    head = tuple(f"{name}{part}" for name in names for part in (", equally", ", worst"))
    said = [
        f"{name}: {points(LOSSES[1])} lost at {_lost_at(one, LOSSES[1])}, at {_least(one, LOSSES[1])} where all "
        "errors are on one value."
        for name, one in zip(names, (sweep, *others), strict=True)
    ]
    return Section(
        "What helps against errors",
        (
            (
                remedies_plot(sweep, list(zip(names[1:], others, strict=True))),
                "Lines: errors equally on both values; dashes: all errors on one value, the worse of the two.",
            ),
        ),
        " ".join(said),
        Grid(("bit error rate", *head), tuple(rows)),
        (
            *(
                [
                    f"Thresholds set on each chip: {inputs:,} training samples, without labels, are run through the "
                    "programmed chip; layer by layer each threshold moves to where it stood in standard deviations "
                    "from the mean of its neuron's sums, and scores likewise (batch norm computed anew). Only digital "
                    "numbers change. To keep a threshold per neuron and chip, and the inferences to find it, are not "
                    "counted."
                ]
                if inputs
                else []
            ),
            "Losses of each network are from its own accuracy without errors.",
        ),
    )


def layers_section(result: Result) -> Section:
    """Return what errors in one layer alone cost."""
    rows = tuple(
        (
            f"{one.layer}, {one.kind}",
            f"{one.weights:,}",
            scientific(one.rate),
            SIDES[one.side],
            percent(one.accuracy.mean),
            _points_lost(one),
            minus(f"{round(1e6 * one.per_weight, 3):.3g}"),
        )
        for one in result.by_layer
    )
    return Section(
        "Which layer minds errors",
        (),
        f"Errors in one layer alone, none in the others. {_dearest(result.by_layer)}",
        Grid(
            (
                "layer",
                "weights",
                "bit error rate",
                "errors",
                "accuracy",
                "points lost (other chips and samples)",
                "lost per wrong weight, millionths",
            ),
            rows,
        ),
        (
            "Layers are those with weights, in order. Each chip has the wrong weights that it has with errors in all.",
        ),
    )


def _points_lost(one: OfLayer) -> str:
    low, mean, high = (100 * lost for lost in one.accuracy.loss)
    return minus(f"{mean:.2f} ({low:.2f} … {high:.2f})")


def _dearest(found: Sequence[OfLayer]) -> str:
    """Return which layer loses most for each wrong weight: at each rate, and for each way to share the errors out."""
    where: dict[int, list[str]] = {}
    for rate, side in dict.fromkeys((one.rate, one.side) for one in found):
        alike = [one for one in found if (one.rate, one.side) == (rate, side)]
        worst = max(alike, key=lambda one: one.per_weight)
        if worst.accuracy.loss[0] > 0:
            where.setdefault(worst.layer, []).append(f"{scientific(rate)} {SIDES[side]}")
    if not where:
        return "In no layer a loss is shown."
    each = "; ".join(f"layer {layer} at {', '.join(at)}" for layer, at in sorted(where.items()))
    return f"Dearest for each wrong weight, where its loss is shown: {each}."


def _lost_at(sweep: Sweep, loss: float) -> str:
    low, best, high = sweep.rate_at(loss)
    return "no rate of this sweep" if best is None else f"{scientific(best)} ({_or(low)} … {_or(high)})"


def _least(sweep: Sweep, loss: float) -> str:
    """Return the lowest rate at which so much is lost, of both ways to put all errors on one value."""
    found = [r for side in ("plus", "minus") if (r := sweep.rate_at(loss, side))[1] is not None]
    if not found:
        return "no rate of this sweep"
    low, best, high = min(found, key=lambda of: of[1] or 0)
    return f"{scientific(best or 0)} ({_or(low)} … {_or(high)})"


def _or(rate: float | None) -> str:
    return "?" if rate is None else scientific(rate)
