"""Plots of vowels by synchronization: accuracies, the synchronization map, online learning, where it works."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from scipy.ndimage import label

from spicekit.network.oscillators.scan import Point
from spicekit.network.oscillators.vowels import Findings, Study
from spicekit.network.oscillators.vowels_result import WAYS_IN_WORDS, Result, published_rate
from spicekit.page.drawing import COLOURS, GREY, Plot, colour, legend_below, marker, picture

_LABELLED = 0.008  # of the plane: smaller regions have no room for their name
_PALE = 0.55  # how far colours of regions are moved to white
_AXES = {
    "coupling": "coupling over that of the loop",
    "noise": "thermal noise power over that of the device",
    "spread": "spread between devices over that measured",
    "highest": "highest current over threshold",
    "reach": "locking range to a side over spacing",
}


def accuracy_plot(result: Result) -> Plot:
    """Return a row per classifier: mean over splits and chips, its interval, and where 90 % of them lie."""
    rows = [(WAYS_IN_WORDS[way], trial.test, 0) for way, trial in result.findings.trials.items()]
    rows += [(f"{b.name} ({b.parameters})", b.test, 1) for b in result.baselines]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for row, (_, test, kind) in enumerate(rows):
            rate = result.rate(test)
            axes.plot([100 * x for x in rate.band], [row, row], color=colour(kind), linewidth=6, alpha=0.25)
            axes.plot([100 * rate.low, 100 * rate.high], [row, row], color=colour(kind), linewidth=2)
            axes.plot([100 * rate.mean], [row], marker=marker(kind), color=colour(kind), markersize=6)
        published = published_rate(result.study)
        if published:
            axes.axvline(100 * published, color=GREY, linestyle="--", linewidth=1)
        axes.set_yticks(range(len(rows)), [name for name, *_ in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("test tokens that are right [%]")
        handles = [
            Line2D([], [], color=COLOURS[0], marker="o", label="synchronization state: mean, interval"),
            Line2D([], [], color=COLOURS[1], marker="s", label="usual classifiers (parameters)"),
            Line2D([], [], color=GREY, linewidth=6, alpha=0.25, label="90 % of splits and chips"),
        ]
        if published:
            handles.append(Line2D([], [], color=GREY, linestyle="--", label="published, four oscillators"))
        legend_below(figure, handles)

    said = "; ".join(f"{name}: {test.mean():.1%}" for name, test, _ in rows)
    return picture(draw, 1.4 + 0.32 * len(rows), f"Test accuracy. {said}.")


def map_plot(findings: Findings, study: Study) -> Plot:
    """Return the synchronization map over both tones: states by name, and the vowels that they stand for."""
    found, split = findings.nominal_map, findings.first_split
    known, code = np.unique(found.states.reshape(-1, found.states.shape[2]), axis=0, return_inverse=True)
    code = code.reshape(found.states.shape[:2])

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2, sharex=True, sharey=True)
        # a hue far from that of its neighbours in the list, for any number of states
        hues = [
            _pale(COLOURS[k % len(COLOURS)], _PALE + 0.15 * (k // len(COLOURS) % 3))
            for k in range(len(known))
        ]
        _regions(left, found.tones, code, hues)
        for k, state in enumerate(known):
            _name(
                left,
                found.tones,
                code == k,
                "".join(f"{j + 1}{chr(64 + s)}" for j, s in enumerate(state) if s),
            )
        for frequency in findings.nominal.frequencies:
            for place in (left.axvline, left.axhline):
                place(frequency / 1e6, color="white", linewidth=0.6)
        left.set_title("which oscillator follows which tone", fontsize=9.5)
        classes = split.table(known)
        _regions(right, found.tones, code, [_pale(colour(c), 0.65) for c in classes])
        tones = split.tones(study.vowels) / 1e6
        for c, name in enumerate(study.vowels.classes):
            mine = split.test & (study.vowels.labels == c)
            right.plot(*tones[mine].T, linestyle="", marker=marker(c), color=colour(c), markersize=5,
                       markeredgecolor="white", markeredgewidth=0.5, label=name)  # fmt: skip
        right.set_title("vowels of the states; test tokens of one split", fontsize=9.5)
        for axes in (left, right):
            axes.set_xlabel("tone A [MHz]")
            axes.grid(visible=False)
            axes.set_aspect("equal")
        left.set_ylabel("tone B [MHz]")
        handles, names = right.get_legend_handles_labels()
        figure.legend(
            handles, names, loc="outside lower center", ncols=len(names), columnspacing=1.2, fontsize=8.5
        )

    alt = f"Synchronization map of {len(findings.nominal.frequencies)} oscillators with {len(known)} states."
    return picture(draw, 5.2, alt)


def _pale(name: str, share: float) -> tuple[float, float, float]:
    red, green, blue = (1 - (1 - part) * (1 - share) for part in to_rgb(name))
    return red, green, blue


def _regions(axes: Axes, tones: np.ndarray, code: np.ndarray, hues: list[tuple[float, float, float]]) -> None:
    half = (tones[1] - tones[0]) / 2e6
    low, high = tones[0] / 1e6 - half, tones[-1] / 1e6 + half
    axes.imshow(code.T, origin="lower", extent=(low, high, low, high), cmap=ListedColormap(hues), vmin=-0.5,
                vmax=len(hues) - 0.5, interpolation="nearest")  # fmt: skip


def _name(axes: Axes, tones: np.ndarray, region: np.ndarray, text: str) -> None:
    """Write the name of a state into its largest region, at the point that is farthest inside."""
    parts = np.asarray(label(region)[0])
    number = int(parts.max())
    sizes = np.bincount(parts.ravel(), minlength=number + 1)[1:]
    for part in np.flatnonzero(sizes > _LABELLED * region.size):
        places = np.argwhere(parts == part + 1)
        middle = places[np.argmin(((places - places.mean(0)) ** 2).sum(1))]
        x, y = tones[middle] / 1e6
        axes.text(x, y, text or "–", ha="center", va="center", fontsize=6)


def learning_plot(findings: Findings) -> Plot:
    """Return the share of tokens in a right state, epoch by epoch of the online training."""
    right = 100 * findings.learning.reshape(len(findings.learning), -1)
    epochs = np.arange(1, len(right) + 1)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        low, high = np.quantile(right, [0.05, 0.95], axis=1)
        axes.fill_between(
            epochs, low, high, color=COLOURS[0], alpha=0.2, linewidth=0, label="90 % of splits and chips"
        )
        axes.plot(epochs, right.mean(1), color=COLOURS[0], marker="o", label="mean")
        axes.set_xticks(epochs)
        axes.set_xlabel("pass over the training tokens")
        axes.set_ylabel("in a state of their vowel [%]")
        axes.legend(loc="lower right")

    return picture(draw, 2.8, "Online training: " + "; ".join(f"{x:.0f} %" for x in right.mean(1)))


def scan_plot(points: tuple[Point, ...]) -> Plot:
    """Return accuracy against each factor."""
    factors = list(dict.fromkeys(point.factor for point in points))

    def draw(figure: Figure) -> None:
        panels = figure.subplots(2, 3, sharey=True).ravel()
        for axes, factor in zip(panels, factors, strict=False):
            mine = [p for p in points if p.factor == factor and p.test is not None]
            x = [p.value for p in mine]
            tests = [p.test for p in mine if p.test is not None]
            for test, place in zip(tests, x, strict=True):
                ends = 100 * np.quantile(test, [0.05, 0.95])
                axes.plot([place, place], ends, color=COLOURS[0], linewidth=5, alpha=0.25)
            axes.plot(x, [100 * test.mean() for test in tests], color=COLOURS[0], marker="o", markersize=4)
            if factor in ("coupling", "noise"):
                axes.set_xscale("symlog", linthresh=1)
                axes.set_xticks(x, [f"{place:g}" for place in x])
            axes.set_xlabel(_AXES[factor], fontsize=8.5)
        for axes in panels[len(factors) :]:
            axes.set_visible(False)
        panels[0].set_ylabel("test tokens right [%]")
        panels[3].set_ylabel("test tokens right [%]")

    said = "; ".join(
        f"{p.factor} {p.value:g}: " + ("none" if p.test is None else f"{p.test.mean():.1%}") for p in points
    )
    return picture(draw, 4.6, f"Accuracy against what is varied. {said}.")
