"""The page of a posterior in the array, section by section."""

from pathlib import Path

from spicekit.network.mcmc.sections import percent
from spicekit.network.posterior.plots import ageing_plot, calibration_plot, copies_plot, held_plot, ways_plot
from spicekit.network.posterior.result import summary_of
from spicekit.network.posterior.study import ACCURACY, LOSS, Found
from spicekit.network.posterior.ways import (
    BAYES,
    COPIES,
    DRAWS,
    DROPOUT,
    ENSEMBLE,
    POSTERIOR,
    RELEARNED,
    SPREADS,
    WIDE,
)
from spicekit.network.posterior.words import (
    accuracy_and_loss,
    less,
    temperatures,
    verdict,
    when_old,
    with_ends,
)
from spicekit.page.drawing import Plot
from spicekit.page.numbers import scientific
from spicekit.page.section import Grid, Section
from spicekit.report.page import Page, write_findings
from spicekit.units import engineering

_CALIBRATED = POSTERIOR, BAYES, SPREADS, DRAWS, COPIES, ENSEMBLE, DROPOUT
_AGED = POSTERIOR, RELEARNED, SPREADS, DRAWS, COPIES, ENSEMBLE, WIDE, DROPOUT


def write_result(
    found: Found, plane: tuple[Plot, float], folder: Path, provenance: dict[str, str], command: str
) -> Path:
    """Write `report.html`, `table.csv` and `summary.json` into an existing folder; return the page's path."""
    asked = found.asked
    sections = [
        _short(found),
        _ways(found),
        _strange(found),
        _differences(found),
        _calibration(found),
        _copies(found),
        _held(found),
    ]
    if found.aged:
        sections.append(_ageing(found))
    sections += [_plane(*plane), _energy(found)]
    page = Page(
        "Bayesian network in the array",
        f"{asked.task.said} · {asked.net.features - 1} features, {asked.hidden} neurons, {asked.net.outputs} "
        f"output{'s' if asked.net.outputs > 1 else ''}: {asked.net.parameters:,} parameters · {asked.copies} copies, "
        f"{2 * asked.copies * asked.net.parameters:,} devices",
        tuple(sections),
        tuple(provenance.items()),
        command,
    )
    return write_findings(page, folder, {"table.csv": found.table}, summary_of(found, provenance))


def _short(found: Found) -> Section:
    return Section(
        "Summary",
        (),
        f"{verdict(found)}.{when_old(found)}\nThis page is on networks that say how sure they are. A weight is the "
        "difference of two conductances, and a programming cycle gives conductances that spread. If software learns a "
        "normal law of each weight (a posterior, by variational inference) in place of a number, the devices can draw "
        "from it: every copy of the network in the array is then another draw, and the copies vote. The higher both "
        "conductances of a pair, the wider its weight spreads, so that software can choose mean and spread of each "
        "weight. Beside it are other ways to fill as many devices.",
    )


def _ways(found: Found) -> Section:
    rows = tuple(
        (way.name, *accuracy_and_loss(found, found.judged[way.name]), temperatures(way.temperature))
        for way in found.learned.ways
    )
    asked = found.asked
    return Section(
        "Ways to fill as many devices",
        ((ways_plot(found), f"Means over {asked.task.splits} splits, 95 % intervals."),),
        "",
        Grid(("way", "accuracy", "log loss [nat]", "calibration error", "temperature"), rows),
        (
            "Calibration error: mean distance between how sure a prediction is and how often such are right.",
            f"{POSTERIOR}: every copy is programmed towards the same conductances, which software learned with the law "
            f"of the devices; no random numbers are drawn. {SPREADS}: the same from another beginning for each copy. "
            f"{DRAWS}: software learns a normal law of each weight, of any width, draws each copy, and programs it "
            f"with the least spread that the devices have. {COPIES}: the most likely network, in all copies. "
            f"{ENSEMBLE}: networks that began elsewhere. {WIDE}: one of {asked.wide.hidden} neurons on as many "
            f"devices. {DROPOUT}: of these, {1 - asked.kept:.0%} are left out at random in each of {asked.copies} "
            "passes, in learning, too. Where no spread is wanted, one device of a pair is at the low end of the range.",
            "Temperature: the weight of prior and entropy in what is learned; 1 is Bayes' rule, less a narrower "
            "posterior or a wider prior. Of 3, 1, 0.3 and 0.1 each split takes the one with the least log loss on the "
            f"last quarter of its training samples; in brackets, how many splits took it. “{BAYES}” does not choose.",
            "Intervals are of the mean over splits and allow for samples that splits share (Nadeau and Bengio, 2003).",
        ),
    )  # fmt: skip


def _strange(found: Found) -> Section:
    rows = tuple(
        (
            name,
            *(with_ends(found.mean(f"told_{kind}", one), one.told[kind].mean(), 2) for kind in found.kinds),
            *(f"{one.told_by_disagreement[kind].mean():.2f}" if kind in one.told_by_disagreement else ""
              for kind in found.kinds),
        )
        for name, one in found.judged.items()
    )  # fmt: skip
    return Section(
        "Does it know what it does not know?",
        (),
        "",
        Grid(("way", *found.kinds, *(f"{kind}, by disagreement" for kind in found.kinds)), rows),
        (
            "How well samples of no class are told from test samples by the entropy of the vote, area under the curve: "
            "0.5 is guessing. By disagreement: by the part of that entropy in which the models differ.",
        ),
    )


def _differences(found: Found) -> Section:
    others = [way.name for way in found.learned.ways if way.name != POSTERIOR]
    rows = tuple(
        (
            name,
            less(found.less(ACCURACY, name), 2, 100),
            less(found.less(LOSS, name), 3),
            *(less(found.less(f"told_{kind}", name), 3) for kind in found.kinds),
        )
        for name in others
    )
    return Section(
        "The spread as posterior less the others",
        (),
        "",
        Grid(
            ("less this", "accuracy, points", "log loss [nat]", *(f"told: {kind}" for kind in found.kinds)),
            rows,
        ),
        (
            "Paired by splits. Where an interval holds 0, it is not shown which is better; less log loss is better.",
        ),
    )


def _calibration(found: Found) -> Section:
    shown = {name: found.judged[name] for name in _CALIBRATED}
    return Section(
        "Is it as often right as it is sure?",
        ((calibration_plot(shown), "All splits together, ten bins; bars are one standard error. Points of different "
          "ways are moved apart a little."),),
    )  # fmt: skip


def _copies(found: Found) -> Section:
    return Section(
        "How many copies",
        ((copies_plot(found), "Means over splits. One copy of the spread as posterior is one draw of it."),),
    )


def _held(found: Found) -> Section:
    asked, law = found.asked, found.law
    low, high = (engineering(g, "S") for g in (asked.low, asked.high))
    return Section(
        "What the devices hold",
        (
            (
                held_plot(found),
                "First split. Each mark is a parameter; both axes are over what a whole range is worth.",
            ),
        ),
        "",
        None,
        (
            f"Conductances are programmed between {low} and {high}, with a {law.shape} law whose spread grows with the "
            "mean. Mean and spread of a parameter are two numbers, and so are the targets of a pair; one scale for "
            "each layer (a gain behind the columns) is learned with them.",
        ),
    )


def _ageing(found: Found) -> Section:
    kind = found.kinds[0]
    rows: list[tuple[str, ...]] = []
    for a in found.aged:
        rows.append(("fresh" if not a.cycles else f"{scientific(a.cycles)} cycles",))
        rows += [
            (name, *accuracy_and_loss(found, one), f"{one.told[kind].mean():.2f}")
            for name in _AGED
            for one in (a.judged[name],)
        ]
    return Section(
        "Ageing",
        ((ageing_plot(found), "Means over splits."),),
        "",
        Grid(
            ("way", "accuracy", "log loss [nat]", "calibration error", f"told: {kind}"),
            tuple(rows),
            folded=True,
        ),
        (
            "All ways are programmed once more into devices that have done so many cycles, towards the targets for "
            "fresh ones: means shift and spreads grow, and who relies on the spread has another posterior. "
            f"“{RELEARNED}” knows the law of that age when it learns.",
        ),
    )


def _plane(plot: Plot, accuracy: float) -> Section:
    return Section(
        "Decisions in a plane",
        ((plot, "Two half moons, temperature 0.1. Lines: probabilities of 0.1, 0.5 and 0.9. Left: the vote of the "
          "copies; right: where they disagree."),),
        f"An illustration on drawn points: {percent(accuracy)} of 30 test samples are right.",
    )  # fmt: skip


def _energy(found: Found) -> Section:
    rows = tuple(
        (name, f"{cost.devices:,}", engineering(cost.programming, "J"), f"{cost.reads:,}",
         engineering(cost.inference, "J"))
        for name, cost in found.costs.items()
    )  # fmt: skip
    return Section(
        "Energy",
        (),
        "",
        Grid(("way", "devices", "programming, once", "reads of pairs an inference", "their energy"), rows),
        (
            f"Pulses: {found.pulses}; a RESET and a SET for each device, at the mean compliance of a way. A read of a "
            "pair: as one read by the sense amplifier; a circuit that adds up the currents of a column is not "
            "simulated. With dropout the weights into the neurons are read once for all passes.",
            "Not counted: converters, sums, neurons, random numbers of dropout, and what software learns.",
        ),
    )
