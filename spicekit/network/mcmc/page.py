"""The page of learning in the array, section by section."""

from pathlib import Path

from spicekit.models.digital import Digital
from spicekit.network.mcmc.methods import COPIES, Method
from spicekit.network.mcmc.plots import calibration_plot, methods_plot
from spicekit.network.mcmc.predict import Score
from spicekit.network.mcmc.result import summary_of
from spicekit.network.mcmc.sections import ageing, controls, energy, percent, percent_range, points, posterior
from spicekit.network.mcmc.study import Found
from spicekit.page.drawing import Plot
from spicekit.page.section import Grid, Section
from spicekit.report.page import Page, write_findings

_SOFTWARE = ("NUTS", "logistic regression", "perceptron")
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
    asked, rule = found.asked, found.asked.rule
    sections = [
        _short(found),
        _methods(found.methods, found),
        posterior(found),
        _plane(*plane),
        _calibration(found),
    ]
    if found.aged:
        sections += [ageing(found), controls(found)]
    if found.budget:
        sections.append(energy(found, found.budget, digital))
    page = Page(
        "Learning in the array",
        f"{asked.task.said} · {asked.devices:,} devices, {rule.rows} rows of {2 * asked.model.parameters} · "
        f"{asked.steps:,} programming cycles of a row, in {rule.blocks} blocks: {found.learned.proposals:,} proposals",
        tuple(sections),
        tuple(provenance.items()),
        command,
    )
    return write_findings(page, folder, {"table.csv": found.table}, summary_of(found, provenance))


def _short(found: Found) -> Section:
    scores = {m.name: m.score for m in found.methods}
    array, others = found.methods[0], [m for m in found.methods if m.name in _SOFTWARE]
    best = max(others, key=lambda m: m.score.mean, default=None)
    verdict = (
        f"The array gets {percent(array.score.mean)} ({percent_range(*array.score.interval)}) of the test samples "
        "right"
    )
    if "array, shortcut" in scores:
        verdict += f", with the shortcut {percent(scores['array, shortcut'].mean)}"
    if best is not None:
        verdict += f"; the best in software, {best.name}, {percent(best.score.mean)}"
    control = next((m for m in found.methods if m.name == COPIES), None)
    less = control and found.less(control)
    if control and less:
        verdict += (
            f". The same rows, programmed once with what software learned, get {percent(control.score.mean)} by their "
            f"vote: learning in the array differs from that by {points(less)} points, paired by splits"
        )
    return Section(
        "Summary",
        (),
        f"{verdict}.\nThis page is on a memory array that learns by itself. Programming a memory device gives a "
        "conductance that is never quite the same: each programming cycle therefore proposes new values of some "
        "parameters, which are differences of two conductances, and a rule takes or drops them, so that the models "
        "that are kept are samples of what the data allow (Markov chain Monte Carlo, Metropolis-Hastings). "
        "With the “exact ratio” the rule knows how likely each proposal was; the “shortcut” does without, as if "
        "all were equally likely, so that the hardware needs no law of its devices.",
    )


def _methods(methods: tuple[Method, ...], found: Found) -> Section:
    best = methods[0].score
    rule = found.asked.rule
    breast = found.asked.task.name == "breast_cancer"
    published = (
        " Published, in a fabricated array, with splits that are not known: 96.3 % (Dalgaty et al., arXiv 2001.11426, "
        "2020), 98 % (talk on Nat. Electron. 4, 151, 2021)."
    )
    text = (
        f"The array with the exact ratio gets {percent(best.mean)} ({percent_range(*best.interval)}) of the test "
        f"samples right, mean over {len(best.of_splits)} splits; the more frequent class alone would be "
        f"{percent(found.asked.task.majority)}." + (published if breast else "")
    )
    rows = tuple(
        (_named(m, best), str(len(m.score.of_splits)), percent(m.score.mean),
         percent_range(*m.score.interval), points(found.less(m)) if k else "", f"{m.score.log_loss:.3f}",
         f"{m.score.calibration_error:.3f}")
        for k, m in enumerate(methods)
    )  # fmt: skip
    return Section(
        "Accuracy beside other ways to learn",
        ((methods_plot(methods, breast), "Each dot is a split, moved up or down a little."),),
        text,
        Grid(("method", "splits", "accuracy", "95 % interval", "array less this, points", "log loss [nat]",
              "calibration error"), rows),
        (
            "The interval is of the mean over splits and allows for the samples that splits share (Nadeau and Bengio, "
            "2003)." if found.asked.task.overlap else "The interval is of the mean over splits of the same records.",
            "Exact ratio: with the densities of both proposals, as the spread depends on the conductance. Shortcut: "
            "posterior ratio alone, as if proposals were symmetric; the hardware then needs no law of its devices.",
            "Array less this: paired by the splits that both learned, each with an array of its own; the interval is "
            "made in the same way. Where it holds 0, it is not shown which one is better.",
            "Programmed: the parameters that software found under the same prior, one cycle per device, in one row or "
            f"in the first {rule.held} rows of the array, as many as it holds models; the rows vote. Laplace draws: "
            "each row gets another draw of the normal law around those parameters with the curvature of the posterior "
            "there.",
            "Gradients on the devices: each step programs one row where it is off by more than a cycle's spread, 200 "
            "steps, the last one counts; the rate, over a bound of the curvature, is chosen on a quarter of a split's "
            "training samples.",
        ),
    )  # fmt: skip


def _named(method: Method, array: Score) -> str:
    """Return the method's name; of one that learned some of the splits, what the array got on those."""
    notes, few = [method.note] if method.note else [], len(method.score.of_splits)
    if few < len(array.of_splits):
        notes.append(f"the array on these {percent(float(array.of_splits[:few].mean()))}")
    return method.name + (f" ({'; '.join(notes)})" if notes else "")


def _plane(plot: Plot, accuracy: float) -> Section:
    return Section(
        "Decisions in a plane",
        ((plot, "Two half moons, a network with four hidden neurons in one array. Lines: probabilities of 0.1, 0.5 and "
          "0.9. Left: the vote; right: where the models disagree, which is where data are missing."),),
        f"An illustration on drawn points: {percent(accuracy)} of 30 test samples are right.",
    )  # fmt: skip


def _calibration(found: Found) -> Section:
    shown = [m for m in found.methods if m.name in _CALIBRATED]
    return Section(
        "Does the array know what it does not know?",
        ((calibration_plot(shown), "All splits together, ten bins; bars are one standard error. Points of different "
          "methods are moved apart a little."),),
    )  # fmt: skip
