"""The page of learning in the array, section by section."""

import json
from pathlib import Path

from spicekit.models.digital import Digital
from spicekit.network.bnn.energy import Budget
from spicekit.network.mcmc.energy import PUBLISHED_ARRAY, PUBLISHED_XEON
from spicekit.network.mcmc.plots import (
    ageing_plot,
    calibration_plot,
    energy_plot,
    methods_plot,
    posterior_plot,
)
from spicekit.network.mcmc.predict import Score
from spicekit.network.mcmc.result import summary_of, table_of
from spicekit.network.mcmc.study import Found, Method, on_processor
from spicekit.report.drawing import Plot
from spicekit.report.numbers import scientific
from spicekit.report.page import Page, write_page
from spicekit.report.section import Grid, Section
from spicekit.run_folder import write_text
from spicekit.units import engineering

_CALIBRATED = ("array, exact ratio", "NUTS", "logistic regression", "perceptron")


def write_result(
    found: Found,
    plane: tuple[Plot, float],
    folder: Path,
    provenance: dict[str, str],
    command: str,
    digital: Digital,
) -> Path:
    """Write `report.html`, `table.csv` and `summary.json` into an existing folder; return the page's path."""
    write_text(folder / "table.csv", table_of(found).to_csv(index=False, lineterminator="\n"))
    write_text(folder / "summary.json", json.dumps(summary_of(found, provenance), indent=2) + "\n")
    asked, rule = found.asked, found.asked.rule
    sections = [_methods(found.methods, found), _posterior(found), _plane(*plane), _calibration(found)]
    if found.aged:
        sections.append(_ageing(found))
    if found.budget:
        sections.append(_energy(found, found.budget, digital))
    page = Page(
        "Learning in the array",
        f"{asked.task.said} · {asked.devices:,} devices, {rule.rows} rows of {2 * asked.model.parameters} · "
        f"{asked.steps:,} proposals",
        tuple(sections),
        tuple(provenance.items()),
        command,
    )
    write_page(page, folder / "report.html")
    return folder / "report.html"


def _methods(methods: tuple[Method, ...], found: Found) -> Section:
    best = methods[0].score
    breast = found.asked.task.name == "breast_cancer"
    published = (
        " Published, in a fabricated array, with splits that are not known: 96.3 % (Dalgaty et al., arXiv 2001.11426, "
        "2020), 98 % (talk on Nat. Electron. 4, 151, 2021)."
    )
    text = (
        f"The array with the exact ratio gets {_percent(best.mean)} ({_range(*best.interval)}) of the test samples "
        f"right, mean over {len(best.of_splits)} splits; the more frequent class alone would be "
        f"{_percent(found.asked.task.majority)}." + (published if breast else "")
    )
    rows = tuple(
        (_named(m, best), str(len(m.score.of_splits)), _percent(m.score.mean),
         _range(*m.score.interval), f"{m.score.log_loss:.3f}", f"{m.score.calibration_error:.3f}")
        for m in methods
    )  # fmt: skip
    return Section(
        "Accuracy beside other ways to learn",
        ((methods_plot(methods, breast), "Each dot is a split, moved up or down a little."),),
        text,
        Grid(("method", "splits", "accuracy", "95 % interval", "log loss [nat]", "calibration error"), rows),
        (
            "The interval is of the mean over splits and allows for the samples that splits share (Nadeau and Bengio, "
            "2003)." if found.asked.task.overlap else "The interval is of the mean over splits of the same records.",
            "Exact ratio: with the densities of both proposals, as the spread depends on the conductance. Shortcut: "
            "posterior ratio alone, as if proposals were symmetric; the hardware then needs no law of its devices.",
            "Programmed once: the parameters that software found, one cycle per device. Gradients on the devices: each "
            "step programs one row where it is off by more than a cycle's spread, 200 steps, the last one counts; its "
            "rate was chosen on test samples, which favours it.",
        ),
    )  # fmt: skip


def _named(method: Method, array: Score) -> str:
    """Return the method's name; of one that learned some of the splits, what the array got on those."""
    notes, few = [method.note] if method.note else [], len(method.score.of_splits)
    if few < len(array.of_splits):
        notes.append(f"the array on these {_percent(float(array.of_splits[:few].mean()))}")
    return method.name + (f" ({'; '.join(notes)})" if notes else "")


def _posterior(found: Found) -> Section:
    asked, law = found.asked, found.law
    low, high = (engineering(g, "S") for g in (asked.code.low, asked.code.high))
    rows = []
    for name, d in found.diagnoses.items():
        apart = found.distances.get(name)
        rows.append(
            (
                name,
                f"{d.acceptance:.1%}",
                f"{d.models:.0f}",
                "?" if d.effective is None else f"{d.effective:.1f}",
                "?" if d.r_hat is None else f"{d.r_hat:.2f}",
                f"{apart.mean:.2f}" if apart else "?",
                f"{apart.std:.2f}" if apart else "?",
                f"{apart.correlation:.3f}" if apart else "?",
            )
        )
    pictures = ()
    if found.nuts_draws is not None:
        caption = f"Each mark is a parameter; {asked.arrays} arrays that learned the first split, together."
        pictures = ((posterior_plot(found.diagnoses, found.nuts_draws), caption),)
    head = ("how the array learns", "accepted", "models held", "effective samples", "R-hat", "means: distance",
            "spread: ratio", "means: correlation")  # fmt: skip
    strange = "; ".join(f"{name} {value:.2f}" for name, value in found.strangers.items())
    return Section(
        "Is it the posterior?",
        pictures,
        "",
        Grid(head, tuple(rows)),
        (
            f"{asked.arrays} arrays learn the first split. Distance: root mean square over parameters of the means' "
            "difference from NUTS (NumPyro, same prior and range), in its standard deviations; ratio: mean of array "
            "over NUTS. Effective samples: of one array, median over parameters; R-hat: the largest (ArviZ). A "
            "question mark: the package is not installed (extra `bayes`).",
            f"Proposals: {law.shape} law, {law.device_share:.0%} of the variance between devices, cycles of one device "
            f"correlated by {law.correlation:.3f}. After a rejection, `same` tries the same row again, `next` the next "
            "free one, `rotate` the next with its places moved round by a random number of devices. A row that was "
            "rejected stays much the same row for tens of cycles: only what breaks this up samples the posterior.",
            f"Conductances from {low} to {high}: a proposal outside is rejected, not clipped. Prior of a conductance: "
            f"normal around {engineering(asked.code.centre, 'S')}, so that a parameter has a standard deviation of "
            f"{asked.code.prior_std:g} before the cut.",
            f"Samples of no class (features drawn from different samples) are told from known ones, area under the "
            f"curve: {strange}.",
        ),
    )  # fmt: skip


def _plane(plot: Plot, accuracy: float) -> Section:
    return Section(
        "Decisions in a plane",
        ((plot, "Two half moons, a network with four hidden neurons in one array. Lines: probabilities of 0.1, 0.5 and "
          "0.9. Left: the vote; right: where the models disagree, which is where data are missing."),),
        f"An illustration on drawn points: {_percent(accuracy)} of 30 test samples are right.",
    )  # fmt: skip


def _calibration(found: Found) -> Section:
    shown = [m for m in found.methods if m.name in _CALIBRATED]
    return Section(
        "Does the array know what it does not know?",
        ((calibration_plot(shown), "All splits together, ten bins; bars are one standard error. Points of different "
          "methods are moved apart a little."),),
    )  # fmt: skip


def _ageing(found: Found) -> Section:
    rows = tuple(
        (
            "fresh" if not a.cycles else scientific(a.cycles),
            scientific(a.ber[1]) + f" ({scientific(a.ber[0])} … {scientific(a.ber[2])})" if a.ber else "?",
            _percent(a.scores["exact"].mean),
            _range(*a.scores["exact"].interval),
            f"{a.acceptance['exact']:.1%}",
            _percent(a.scores["shortcut"].mean),
            f"{a.acceptance['shortcut']:.1%}",
        )
        for a in found.aged
    )
    dead = [(a, a.ber[1]) for a in found.aged if a.ber and a.ber[1] > 1e-2]
    text = ""
    if dead:
        first, rate = dead[0]
        text = (
            f"At {scientific(first.cycles)} cycles the same devices as a 2T2R memory err at {scientific(rate)}"
            f"; learning still gets {_percent(first.scores['exact'].mean)} with the "
            f"exact ratio and {_percent(first.scores['shortcut'].mean)} with the shortcut."
        )
    return Section(
        "Ageing",
        ((ageing_plot(found.aged), f"Upper: {found.asked.aged} splits at each age. Lower: 2T2R bit error rate, "
          "extrapolated from simulated aged cells, without error correction."),),
        text,
        Grid(("cycles done", "2T2R BER", "exact ratio", "interval", "accepted", "shortcut", "accepted"), rows),
        (
            "Mean and spread of aged devices come from SPICE, with the ageing law of the RRAM card (form assumed, "
            "lifetime fitted). Compliances are chosen by the means of fresh devices; the exact ratio knows the aged "
            "law, the shortcut knows nothing.",
        ),
    )  # fmt: skip


def _energy(found: Found, budget: Budget, digital: Digital) -> Section:
    budgets = (budget, *on_processor(found.cpu, digital))
    rows: list[tuple[str, ...]] = []
    for one in budgets:
        rows.append((f"{one.name}: {engineering(one.total, 'J')}",))
        rows += [(item.name, f"{item.count:,.4g}", engineering(item.energy, "J")) for item in one.items]
    took = ""
    if found.duration:
        programming, reading = found.duration
        took = (
            f" It takes {engineering(programming, 's')} of programming, rows RESET at once and SET device by device, "
            f"and {engineering(reading, 's')} of reading, sample by sample."
        )
    return Section(
        "Energy of one training",
        ((energy_plot(budgets), "Marks: parts of the training in the array."),),
        f"{engineering(budget.total, 'J')} in the array, {PUBLISHED_XEON / budget.total:,.0f} times less than the "
        f"600 mJ published for a Xeon; published for the array: order of {engineering(PUBLISHED_ARRAY, 'J')}." + took,
        Grid(("part", "count", "energy"), tuple(rows)),
        (
            *dict.fromkeys(f"{item.name}: {item.source}." for one in budgets for item in one.items),
            "Not counted: converters, drivers beyond the cell, random numbers of the acceptance, control. Publications "
            "(Dalgaty et al., 2021) do not say how many proposals and samples their energy is for.",
        ),
    )  # fmt: skip


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _range(low: float, high: float) -> str:
    return f"{100 * low:.1f} … {100 * high:.1f} %"
