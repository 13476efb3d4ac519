"""The page of spoken digits by one oscillator."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spicekit.network.oscillators.digits import WAYS, Trial, features_of
from spicekit.network.oscillators.digits_result import PUBLISHED, WAYS_IN_WORDS, Result, summary_of
from spicekit.network.oscillators.front_ends import FRONT_ENDS
from spicekit.network.oscillators.rates import CONFIDENCE
from spicekit.page.drawing import COLOURS, GREY, Plot, colour, legend_below, marker, picture
from spicekit.page.section import Grid, Section
from spicekit.report.page import Page, write_findings

_SHOWN = 3  # frames whose transient is drawn


def write_digits(result: Result, folder: Path, provenance: dict[str, str], command: str) -> Path:
    """Write `report.html`, `table.csv` and `summary.json` into an existing folder; return the page's path."""
    recordings = result.study.recordings
    page = Page(
        "Spoken digits by one oscillator",
        f"{len(recordings.labels)} recordings of {len(recordings.names)} speakers ({', '.join(recordings.names)}) · "
        f"{result.study.drive.nodes} virtual nodes · {result.study.masks} masks",
        (_short(result), _rates(result), _transient(result)),
        tuple(provenance.items()),
        command,
    )
    return write_findings(page, folder, {"table.csv": result.table}, summary_of(result, provenance))


def _short(result: Result) -> Section:
    said = []
    for trial in (t for t in result.trials if t.way == "devices"):
        gains = " and ".join(
            f"{100 * rate.mean:.1f} % for {who} ({100 * result.gain(trial, part):+.1f} points by the oscillator)"
            for part, who in (("mixed", "the same speakers"), ("apart", "other speakers"))
            for rate in [result.rate(trial, part)]
        )
        said.append(f"{trial.front_end}: {gains}")
    return Section(
        "Summary",
        (),
        "This page is on one spin-torque nano-oscillator that recognizes spoken digits as a reservoir. The sound, "
        "first taken apart by a front end, moves the oscillator's current step by step; its answers at many "
        "moments, the virtual nodes, are weighed by a linear layer, the only thing that learns. What the "
        "oscillator is worth is what it adds to the same layer on the front end alone. Recognized are, by "
        "drawn devices with noise:",
        points=tuple(said),
    )


def _rates(result: Result) -> Section:
    rows: list[tuple[str, ...]] = []
    for front_end in result.study.front_ends:
        rows.append((front_end,))
        for trial in (t for t in result.trials if t.front_end == front_end):
            rows.append((WAYS_IN_WORDS[trial.way], str(trial.features), *_cells(result, trial, "mixed"),
                         *_cells(result, trial, "apart"), _published(trial)))  # fmt: skip
    return Section(
        "Recognition rates",
        ((_rate_plot(result), f"Mean over test recordings (or speakers) and masks; {CONFIDENCE:.0%} interval."),),
        grid=Grid(
            ("", "features", "same speakers", "gain", "other speakers", "gain", "published"), tuple(rows)
        ),
        notes=(
            "Same speakers: recordings 0 … 4 of each digit and speaker are the test, the others the training. Other "
            "speakers: each speaker in turn is the test. Gain: over the front end alone, in points.",
            "The readout is linear in every case (ridge; each frame votes, the largest mean vote wins). Its penalty is "
            "chosen on recordings held back from the training. Chance is "
            f"{100 * result.study.recordings.chance:.0f} %.",
            "Without memory: the amplitude that belongs to each current, as if the power followed at once, without "
            "noise. What the oscillator adds to that is its memory.",
            "Published rates are of another data set (TI-46, female speakers, same speakers in both parts): Torrejon "
            "et al., Nature 547, 428 (2017); Abreu Araujo et al., Sci. Rep. 10, 328 (2020). A spectrogram alone "
            "was near chance there.",
            f"Data: {result.study.recordings.source}.",
        ),
    )  # fmt: skip


def _cells(result: Result, trial: Trial, part: str) -> tuple[str, str]:
    rate = result.rate(trial, part)
    gain = "" if trial.way == "alone" else f"{100 * result.gain(trial, part):+.1f}"
    return f"{100 * rate.mean:.1f} % ({100 * rate.low:.1f} … {100 * rate.high:.1f})", gain


def _published(trial: Trial) -> str:
    alone, oscillator = PUBLISHED.get(trial.front_end, (None, None))
    if trial.way == "alone":
        return f"{alone:.1%}" if alone else "near chance"
    return f"{oscillator:.1%}" if oscillator and trial.way == "nominal" else ""


def _rate_plot(result: Result) -> Plot:
    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2, sharey=True)
        for axes, part, title in ((left, "mixed", "same speakers"), (right, "apart", "other speakers")):
            _panel(axes, result, part)
            axes.set_title(title, fontsize=9.5)
        left.set_ylabel("test recordings right [%]")
        handles = [
            Line2D([], [], linestyle="", marker=marker(k), color=colour(k), label=WAYS_IN_WORDS[way])
            for k, way in enumerate(WAYS)
        ]
        handles += [
            Line2D([], [], color="black", linestyle=(0, (4, 2)), label="published, oscillator"),
            Line2D([], [], color=GREY, linestyle=":", label="chance"),
        ]
        legend_below(figure, handles)

    said = "; ".join(
        f"{t.front_end}, {WAYS_IN_WORDS[t.way]}: {t.mixed.mean():.1%} and {t.apart.mean():.1%}"
        for t in result.trials
    )
    return picture(draw, 3.8, f"Rates with the same and with other speakers. {said}.")


def _panel(axes: Axes, result: Result, part: str) -> None:
    for place, front_end in enumerate(result.study.front_ends):
        for trial in (t for t in result.trials if t.front_end == front_end):
            k = WAYS.index(trial.way)
            rate = result.rate(trial, part)
            x = place + 0.15 * (k - 2)
            axes.plot([x, x], [100 * rate.low, 100 * rate.high], color=colour(k), linewidth=2)
            axes.plot([x], [100 * rate.mean], marker=marker(k), color=colour(k))
        published = PUBLISHED.get(front_end, (None, None))[1]
        if published and part == "mixed":
            axes.plot(
                [place - 0.42, place + 0.42],
                [100 * published] * 2,
                color="black",
                linestyle=(0, (4, 2)),
                zorder=5,
            )
    axes.axhline(100 * result.study.recordings.chance, color=GREY, linestyle=":", linewidth=1)
    axes.set_xticks(range(len(result.study.front_ends)), result.study.front_ends)
    axes.set_ylim(0, 102)
    axes.grid(visible=False, axis="x")


def _transient(result: Result) -> Section:
    study = result.study
    front_end = study.front_ends[0]
    # the first recording, alone: currents depend on nothing else
    one = FRONT_ENDS[front_end](replace(study.recordings, signals=study.recordings.signals[:1]))
    volts = {way: features_of(study, way, one, 0)[0][:_SHOWN].ravel() for way in ("static", "nominal")}

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        nodes = np.arange(len(volts["nominal"])) / study.drive.nodes
        axes.plot(
            nodes, 1e3 * volts["static"], color=COLOURS[1], linewidth=0.7, label=WAYS_IN_WORDS["static"]
        )
        axes.plot(
            nodes, 1e3 * volts["nominal"], color=COLOURS[0], linewidth=1, label=WAYS_IN_WORDS["nominal"]
        )
        axes.set_xlabel(f"frame of the recording ({study.drive.nodes} virtual nodes each)")
        axes.set_ylabel("voltage amplitude [mV]")
        axes.legend(loc="upper right", ncols=2)
        axes.margins(x=0.01, y=0.15)

    return Section(
        "The transient that is read",
        ((picture(draw, 3.0, "Voltage amplitude of the oscillator over the first frames, and without memory."),
          f"First frames of the first recording, {front_end}, first mask."),),
        f"Each node lasts {study.drive.node_time:g} relaxation times of the power; the current stays within "
        f"{study.drive.bias - study.drive.swing:g} … {study.drive.bias + study.drive.swing:g} times the threshold.",
    )  # fmt: skip
