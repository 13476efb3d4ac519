"""The page of vowels told apart by synchronization."""

from pathlib import Path

import numpy as np

from spicekit.network.oscillators.differences import answer, interval, signed
from spicekit.network.oscillators.rates import CONFIDENCE
from spicekit.network.oscillators.scan import Point
from spicekit.network.oscillators.vowels_plots import accuracy_plot, learning_plot, map_plot, scan_plot
from spicekit.network.oscillators.vowels_result import WAYS_IN_WORDS, Result, published_rate, summary_of
from spicekit.page.section import Grid, Section
from spicekit.report.page import Page, write_findings
from spicekit.units import engineering


def write_vowels(result: Result, folder: Path, provenance: dict[str, str], command: str) -> Path:
    """Write `report.html`, `table.csv` and `summary.json` into an existing folder; return the page's path."""
    study, vowels = result.study, result.study.vowels
    sections = [_short(result), _accuracy(result), _differences(result), _map(result), _online(result)]
    if result.scan:
        sections.append(_scan(result.scan))
    page = Page(
        f"Vowels by the synchronization of {study.choice.oscillators} oscillators",
        f"{vowels.name}: {len(vowels.labels)} tokens, {vowels.who}, {len(vowels.classes)} vowels "
        f"({', '.join(vowels.classes)}) · {study.splits} splits by talker, {study.chips} chips",
        tuple(sections),
        tuple(provenance.items()),
        command,
    )
    return write_findings(page, folder, {"table.csv": result.table}, summary_of(result, provenance))


def _short(result: Result) -> Section:
    vowels, trials = result.study.vowels, result.findings.trials
    online, noisy = (result.rate(trials[way].test) for way in ("online", "noisy"))
    best = max(result.baselines, key=lambda found: found.test.mean())
    short = 100 * (float(best.test.mean()) - online.mean)
    verdict = (
        f"Drawn devices, their currents tuned while they learn, get {_percent(online.mean)} "
        f"({_range(online.low, online.high)}) of the test tokens right, nominal devices {_percent(noisy.mean)}; "
        f"the best of the usual classifiers on the same features, {best.name}, gets "
        f"{_percent(float(best.test.mean()))}: " + (f"{short:.1f} points more." if short > 0 else "no more.")
    )
    number = result.study.choice.oscillators
    return Section(
        "Summary",
        (),
        f"{verdict}\nThis page is on {number} coupled spin-torque nano-oscillators that tell {len(vowels.classes)} "
        "spoken vowels apart. Two tones, made of a vowel's formants by a linear map, drive all of them; which "
        "oscillator follows which tone, the state of synchronization, names the vowel. Nominal devices are as "
        "designed; drawn ones differ from each other as much as the simulated ones.",
    )


def _accuracy(result: Result) -> Section:
    vowels = result.study.vowels
    rows: list[tuple[str, ...]] = [("oscillators",)]
    for way, trial in result.findings.trials.items():
        rate = result.rate(trial.test)
        parameters = f"{result.learned} + {trial.parameters:.0f}"
        rows.append((f"{WAYS_IN_WORDS[way]}", parameters, _percent(float(trial.train.mean())), _percent(rate.mean),
                     _range(rate.low, rate.high), _range(*rate.band)))  # fmt: skip
    rows.append(("usual classifiers, same features and splits",))
    for found in result.baselines:
        rate = result.rate(found.test)
        rows.append((found.name, str(found.parameters), _percent(float(found.train.mean())), _percent(rate.mean),
                     _range(rate.low, rate.high), _range(*rate.band)))  # fmt: skip
    published = published_rate(result.study)
    compared = () if published is None else (
        f"Published: {published:.0%} of test tokens with four spin-torque oscillators and seven vowels (Romera et al., "
        "Nature 563, 230, 2018). That the same tokens were used there is not known.",
    )  # fmt: skip
    return Section(
        "Accuracy",
        ((accuracy_plot(result), "Each row: mean over splits and chips, interval of the mean, and between which values "
          "90 % of splits and chips lie."),),
        "",
        Grid(("", "parameters", "training", "test", f"{CONFIDENCE:.0%} interval", "90 % of splits and chips"),
             tuple(rows)),
        (
            *compared,
            "Parameters of oscillators: linear map and currents, plus entries of the table of states, each of which "
            "names a vowel.",
            "Intervals: for other splits and chips (Student's, both in squares; of equal values Wilson's of the "
            "tokens). Splits share talkers; other talkers may differ by more.",
            f"Data: {vowels.source}; {vowels.units}. Left out: {vowels.left_out} tokens not measurable, or of a talker "
            "with such a vowel.",
            f"Calibrated currents at an end of their range: {result.findings.at_limit:.1%}.",
        ),
    )  # fmt: skip


def _differences(result: Result) -> Section:
    found = result.differences
    rows = tuple(
        (one.words, signed(one.points), interval(one.points_low, one.points_high),
         interval(one.points_low_of_other_talkers, one.points_high_of_other_talkers), one.verdict)
        for one in found
    )  # fmt: skip
    return Section(
        "Which way is better",
        (),
        answer(found[0]),
        Grid(("difference of test tokens right", "points", f"{CONFIDENCE:.0%} interval, these talkers",
              "with other talkers", ""), rows),
        (
            "Differences are taken split by split and chip by chip: what makes one hard is the same in both. "
            f"Splits and chips: {', '.join(dict.fromkeys(f'{one.splits} × {one.chips}' for one in found))}.",
            "No difference is seen where the interval for these talkers holds 0; others are unsure where the wider one "
            "does.",
            "These talkers: other splits and chips, as above. With other talkers: wider, as all splits train and "
            "test on the same talkers, however many they are (Nadeau and Bengio, Machine Learning 52, 239, 2003).",
        ),
    )  # fmt: skip


def _map(result: Result) -> Section:
    nominal, study = result.findings.nominal, result.study
    currents = ", ".join(engineering(x, "A") for x in nominal.currents)
    frequencies = ", ".join(engineering(x, "Hz", 4) for x in nominal.frequencies)
    return Section(
        "Synchronization map",
        ((map_plot(result.findings, study), "Nominal devices with thermal noise. Left: 1A4B means that oscillator 1 "
          "follows tone A and oscillator 4 tone B; – means none does; white lines are the free frequencies. Right: the "
          "vowel that each state stands for, and the test tokens, placed by the linear map."),),
        f"Oscillators at {currents} run free at {frequencies}. Tones of {engineering(nominal.wiring.drive, 'A')} in "
        f"the field line lock them within ±{engineering(nominal.half_range, 'Hz')}; read over "
        f"{engineering(nominal.record, 's')} after {engineering(nominal.settle, 's')}.",
        notes=("An oscillator follows a tone if their phases stay within half a turn of each other over the record.",),
    )  # fmt: skip


def _online(result: Result) -> Section:
    tuned, designed = result.findings.tuned, result.findings.nominal.currents
    moved = abs(tuned - designed).mean()
    return Section(
        "Online training",
        ((learning_plot(result.findings), "Training tokens whose state is one of their vowel, while learning."),),
        f"Currents move by {engineering(float(moved), 'A')} on average.",
        notes=(
            "Rule: for a token in a state of another vowel, each oscillator that differs from the nearest right state "
            "moves towards the tone that it should follow, or away from that which it should not. It knows the "
            "measured state and where the oscillators stand without tones, nothing else. Map and table are those made "
            "for nominal devices; the table is counted anew at the end.",
        ),
    )  # fmt: skip


def _scan(points: tuple[Point, ...]) -> Section:
    refused = tuple(f"{p.factor} {p.value:g}: {p.refused}" for p in points if p.refused)
    splits, chips = next(p.test.shape for p in points if p.test is not None)
    rows = tuple(
        (p.factor, f"{p.value:g}", _percent(float(p.test.mean())), _range(*np.quantile(p.test, [0.05, 0.95])))
        for p in points if p.test is not None
    )  # fmt: skip
    return Section(
        "Where it works",
        ((scan_plot(points), "One thing varied at a time, everything designed anew for it, drawn devices calibrated. "
          f"Bars: 90 % of {splits} splits and {chips} chips: differences of some percent mean nothing."),),
        grid=Grid(("varied", "value", "test", "90 % of splits and chips"), rows, folded=True),
        notes=refused,
    )  # fmt: skip


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _range(low: float, high: float) -> str:
    return f"{100 * low:.1f} … {100 * high:.1f} %"
