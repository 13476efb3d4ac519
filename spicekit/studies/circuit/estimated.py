"""How rare-event estimates of circuits are shown: the rate, what it cost, and which devices make the circuit fail."""

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from spicekit.page import numbers
from spicekit.page.drawing import Plot, colour, legend_below, picture
from spicekit.studies.circuit.result import CircuitEstimate

AGREED = "agreed"
SENSITIVITIES = (
    "Which devices make the circuit fail: their shares of β², the squared distance of the most likely failure from "
    "nominal, in the region of each estimate that has most of its rate."
)
TRUST = (
    "Of estimates only what is “agreed” is a result: two independent ones agree, and the standard error asked for is "
    "reached. Brute force would take 1/(p·ε²) runs for the relative standard error ε."
)
_DEVICES = 10  # in the plot
_NAMED = 4  # in the text
_ESTIMATES = 7  # in the plot, as there are colours


def _name(one: CircuitEstimate) -> str:
    return f"{one.circuit} at {one.setting}" if one.setting else one.circuit


def finding(one: CircuitEstimate) -> str:
    """Return one sentence on an estimate."""
    said = f"{_name(one)}: {one.limit}, by rare-event sampling"
    if one.outcome != AGREED:
        return f"{said} no result: {one.outcome} ({one.reason}; {one.runs} runs)."
    error = one.relative_error
    text = f"{said} in {numbers.interval(one.rate)} of samples, from {one.runs} runs"
    if not error or not one.rate.best:
        return f"{text}."
    counting = 1 / (one.rate.best * error**2)
    if counting < 2 * one.runs:  # failures are frequent
        return f"{text}."
    return f"{text} where counting would take {numbers.scientific(counting)}."


def beside(one: CircuitEstimate) -> str:
    """Return the rate as it stands beside that counted."""
    rate = numbers.interval(one.rate)
    return f"; estimated {rate}" if one.outcome == AGREED else f"; estimate: {one.outcome}"


def ways_to_fail(one: CircuitEstimate) -> Iterator[str]:
    """Yield one line for each failure region: how far it is, and which devices take the circuit there."""
    for number, region in enumerate(one.regions, 1):
        named = ", ".join(f"{name} {share:.0%}" for name, share in list(region.devices.items())[:_NAMED])
        yield (
            f"{_name(one)}, failure region {number}: β = {region.beta:.2f}, {region.share:.0%} of the rate; "
            "share of β² by "
            f"device: {named}. Its most likely point: spicekit show RUN circuit_estimate/{one.name}:{number} --deck."
        )


def sensitivities(estimates: Sequence[CircuitEstimate]) -> Plot:
    """Return bars of the shares of β² by device, side by side for several estimates."""
    shown = [one for one in estimates if one.regions][:_ESTIMATES]
    shares = [max(one.regions, key=lambda region: region.share).devices for one in shown]
    whole: dict[str, float] = {}
    for devices in shares:
        for name, share in devices.items():
            whole[name] = whole.get(name, 0.0) + share
    names = sorted(whole, key=lambda name: -whole[name])[:_DEVICES]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        height = 0.8 / len(shown)
        places = np.arange(len(names))
        for k, devices in enumerate(shares):
            offset = (k - (len(shown) - 1) / 2) * height
            axes.barh(places + offset, [devices.get(name, 0.0) for name in names], height, color=colour(k))
        axes.set_yticks(places, names)
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.set_xlabel("share of β²")
        labels = [f"{_name(one)} (β = {min(r.beta for r in one.regions):.2f})" for one in shown]
        legend_below(
            figure,
            [Line2D([], [], color=colour(k), linewidth=5, label=text) for k, text in enumerate(labels)],
        )

    words = "; ".join(
        f"{_name(one)}: " + ", ".join(f"{name} {devices[name]:.0%}" for name in list(devices)[:_NAMED])
        for one, devices in zip(shown, shares, strict=True)
    )
    return picture(draw, 1.2 + 0.28 * len(names), f"Shares of β² by device. {words}.")
