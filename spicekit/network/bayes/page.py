"""The page of a Bayesian machine, section by section."""

from pathlib import Path

from spicekit.network.bayes.energy import PUBLISHED_RATIO
from spicekit.network.bayes.plots import (
    bits_plot,
    budget_plot,
    columns_plot,
    cycles_plot,
    energy_plot,
    posterior_plot,
    robustness_plot,
)
from spicekit.network.bayes.result import GATHERED_RATE, Condition, Found, summary_of
from spicekit.network.bayes.score import Accuracy, Score
from spicekit.page.numbers import at_most, interval, scientific
from spicekit.page.section import Grid, Section
from spicekit.report.page import Page, write_findings
from spicekit.units import engineering


def write_bayes(found: Found, folder: Path, provenance: dict[str, str], command: str) -> Path:
    """Write `report.html`, `table.csv` and `summary.json` into an existing folder; return the page's path."""
    task, machine = found.asked.task, found.asked.machine
    page = Page(
        f"A memristor Bayesian machine: {task.name}",
        f"{task.use} features, {task.bins} observations each, {len(task.classes)} classes · words of {machine.bits} "
        f"bits · {found.asked.chips} chips",
        (
            _short(found),
            _columns(found),
            _accuracy(found),
            _cycles(found),
            _robustness(found),
            _energy(found),
        ),
        tuple(provenance.items()),
        command,
    )
    return write_findings(page, folder, {"table.csv": found.table}, summary_of(found, provenance))


def percent(accuracy: Accuracy) -> str:
    """Return an accuracy with its interval over groups."""
    low, high = accuracy.interval
    return f"{100 * accuracy.mean:.1f} % ({100 * low:.1f} … {100 * high:.1f})"


def times(ratio: float) -> str:
    """Return a ratio of energies in two digits, such as ``'1,900'``."""
    return f"{float(f'{ratio:.2g}'):,g}"


def in_words(one: Condition) -> str:
    """Return the error rate of a condition and what both machines keep."""
    rate = (
        f"at most {scientific(one.rates.mean)} (no error seen)"
        if one.rates.bound
        else scientific(one.rates.mean)
    )
    return (
        f"bit error rate {rate}: stochastic {percent(one.found.stochastic.score.accuracy)}, "
        f"logarithmic {percent(one.found.logarithmic.score.accuracy)}"
    )


def _short(found: Found) -> Section:
    task, machine = found.asked.task, found.asked.machine
    first = found.conditions[0].found
    stop, ratios = _stop(found), list(found.ratios.values())
    points = (
        f"Exact posterior of the same tables in floating point: {percent(found.exact.accuracy)} right; always the most "
        f"frequent class: {100 * task.majority:.1f} %. The interval is over {len(task.group_names)} groups "
        f"({task.grouped_by}s), each left out of the training.",
        f"Logarithmic machine, words of {machine.logarithmic_bits} bits: {percent(first.logarithmic.score.accuracy)} "
        f"for {engineering(found.budgets.logarithmic.total, 'J')} a decision.",
        f"Stochastic machine: {percent(first.stochastic.score.accuracy)} after {machine.cycles} cycles for "
        f"{engineering(found.budgets.stochastic.total, 'J')}; {percent(stop.accuracy)} when it stops at {stop.ones} "
        f"ones, after {stop.cycles:.0f} cycles on average, for {engineering(found.budgets.stopping.total, 'J')}.",
        f"A microcontroller takes {engineering(found.budgets.program.total, 'J')} for the same sums: "
        f"{times(ratios[3])} times the logarithmic machine, {times(ratios[1])} times the stochastic one that stops. "
        f"Published for a scaled-up machine: {PUBLISHED_RATIO:,} times, in an accounting that is not this one.",
    )
    return Section(
        "Summary",
        (),
        "This page is on a Bayesian machine whose likelihoods stand in simulated 2T2R memory, beside the gates that "
        f"multiply or add them. Task: {task.name}, {task.said}.",
        points=points,
    )


def _stop(found: Found):
    return next(s for s in found.conditions[0].found.stochastic.stops if s.ones == found.asked.stop)


def _columns(found: Found) -> Section:
    task = found.asked.task
    chosen = [task.names[k] for fold in found.folds for k in fold.columns]
    counts = sorted(((chosen.count(name), name) for name in set(chosen)), reverse=True)
    used = ", ".join(f"{name} ({n} of {len(found.folds)})" for n, name in counts)
    group = task.group_names[0]
    scaling = found.asked.machine.scaling
    scaled = (
        "The largest likelihood of each observation over all classes is full scale: a factor that classes share "
        "changes no decision, and the gates let as many ones through as they can."
        if scaling == "observation"
        else "The largest likelihood of each table is full scale."
    )
    return Section(
        "The machine's columns",
        (
            (columns_plot(found), f"Likelihoods for {task.grouped_by} {group}, learned from the others: a panel for "
             "each class, a row for each feature. Squares: what one sample picks."),
            (posterior_plot(found), "The same sample: share of all ones that each class has, over the cycles of the "
             "stochastic machine."),
        ),
        f"{task.words:,} words: {task.use} features × {task.bins} observations × {len(task.classes)} classes. An "
        "observation picks one word of each feature and class. The prior stands in the words of the first feature. "
        f"{scaled}",
        notes=(f"Features in use, and for how many of the groups left out: {used}.",) if task.known is None else (),
    )  # fmt: skip


def _row(name: str, score: Score, rate: str = "", more: str = "") -> tuple[str, ...]:
    return (
        name,
        rate,
        percent(score.accuracy),
        f"{100 * score.recall:.1f} %",
        f"{100 * score.calibration_error:.1f}",
        f"{score.brier:.3f}",
        more,
    )


def _accuracy(found: Found) -> Section:
    rows: list[tuple[str, ...]] = [("in software",), _row("exact posterior of the tables", found.exact)]
    rows += [_row(one.name, one.score, "", f"{one.parameters} parameters") for one in found.baselines]
    rows.append(("the machine",))
    rows += [_row(f"{name}, without errors", getattr(found.perfect, name).score) for name in _MACHINES]
    for one in found.conditions:
        rate = at_most(one.rates.mean) if one.rates.bound else scientific(one.rates.mean)
        for name in _MACHINES:
            score, high = getattr(one.found, name).score, getattr(one.at_high, name).score
            low, top = score.accuracy.band
            chips = f"{100 * low:.1f} … {100 * top:.1f} %; {100 * high.accuracy.mean:.1f} %"
            rows.append(_row(f"{name}, {one.condition.name}", score, rate, chips))
    task = found.asked.task
    return Section(
        "Accuracy and calibration",
        (),
        f"Without errors the logarithmic machine is {_apart(found.perfect.logarithmic.score, found.exact)} the exact "
        f"posterior, the stochastic one after {found.asked.machine.cycles} cycles "
        f"{_apart(found.perfect.stochastic.score, found.exact)} it.",
        grid=Grid(
            ("", "bit error rate", "right (interval)", "mean recall", "calibration error [points]", "Brier score",
             "nine of ten chips; at the upper end of the rate"),
            tuple(rows),
        ),
        notes=(
            f"Each {task.grouped_by} is left out of the training in turn, features and bins included; the interval "
            f"is Student's over them, 95 %. {found.asked.chips} chips of each condition, each with errors, registers "
            "and amplifiers of its own, see all samples.",
            "Mean recall: share right of each class, mean over classes. Calibration error: mean distance between the "
            "probability of a decision and the share that is right. Brier score: squared distance from the truth, 0 "
            "is best.",
            "Naive Bayes, and with it the machine, takes features for independent; where they are not it is too sure.",
            "The perceptron's weights take as many bits as the words of the stochastic machine.",
        ),
    )  # fmt: skip


_MACHINES = ("stochastic", "logarithmic")


def _apart(score: Score, exact: Score) -> str:
    points = 100 * (score.accuracy.mean - exact.accuracy.mean)
    if abs(points) < 0.05:
        return "as good as"
    return f"{abs(points):.1f} points {'above' if points > 0 else 'below'}"


def _cycles(found: Found) -> Section:
    rows = [
        (f"{s.ones}", percent(s.accuracy), f"{s.cycles:.0f}", f"{100 * s.undecided:.1f} %")
        for s in found.perfect.stochastic.stops
    ]
    source = found.asked.machine.source
    used = f"a register of {source.register} bits" if source.kind == "lfsr" else "ideal random numbers"
    return Section(
        "Cycles and random numbers",
        ((cycles_plot(found), "Share of samples that are right after so many cycles, without errors."),),
        f"In use: {used}, shared: {source.shared}. Counters are even until the first ones come; then the first class "
        "is taken, as in a priority encoder.",
        grid=Grid(("stops at ones", "right (interval)", "cycles on average", "not reached"), tuple(rows)),
        notes=(
            "Ideal numbers make each counter binomial, which tests hold against the closed form. One number for all "
            "features gives the smallest likelihood instead of their product; a register repeats after its "
            "period, and from then on nothing gets better.",
            "Registers start anew at each decision, each chip from a state of its own.",
        ),
    )


def _robustness(found: Found) -> Section:
    together, alone = found.gathered
    bands = [
        f"{100 * low:.1f} … {100 * high:.1f} %"
        for one in (together, alone)
        for low, high in [one.logarithmic.score.accuracy.band]
    ]
    pictures = [
        (robustness_plot(found), "Accuracy and calibration error against the bit error rate, both stored values alike; "
         "shaded: nine of ten chips. Dotted lines: the conditions."),
        (bits_plot(found), "Accuracy against the bits of a word"
         + (f", and, with cells of the condition {found.supplies[0].supply.condition}, against the supply."
            if found.supplies else ".")),
    ]  # fmt: skip
    rows = []
    for one in found.supplies:
        rates, circuit = one.supply.rates, one.supply.circuit
        rows.append(
            (
                f"{one.supply.voltage:g} V",
                at_most(rates.mean) if rates.bound else scientific(rates.mean),
                percent(one.found.stochastic.score.accuracy),
                percent(one.found.logarithmic.score.accuracy),
                engineering(circuit.column.energy_read.mean, "J") if circuit else "–",
                engineering(circuit.column.energy_cycle, "J") if circuit else "–",
                interval(circuit.column.wrong_outputs) if circuit else "–",
            )
        )
    head = ("supply", "bit error rate", "stochastic", "logarithmic", "read of a word", "cycle of its gates",
            "wrong outputs")  # fmt: skip
    return Section(
        "Robustness",
        tuple(pictures),
        f"At a bit error rate of {GATHERED_RATE:g} nine of ten chips of the logarithmic machine are within {bands[0]} "
        f"where errors gather behind amplifiers as in {found.conditions[0].condition.name}, and within {bands[1]} "
        "where they are independent.",
        grid=Grid(head, tuple(rows)) if rows else None,
        notes=(
            "Bits that err do so until they are programmed again: the memory keeps them with the power off, and "
            f"nothing is loaded at power-on. The same words in SRAM would take {engineering(found.reload, 'J')} to "
            "load from a memory off chip, each time.",
            *(
                (
                    f"Supply: that of amplifiers and gates; condition {found.supplies[0].supply.condition} at each. "
                    "Wrong outputs: the share of cycles whose bit was not that of the word read, counted.",
                )
                if found.supplies
                else ()
            ),
        ),
    )


def _energy(found: Found) -> Section:
    program = found.budgets.program.total
    rows: list[tuple[str, ...]] = []
    for budget in found.budgets:
        rows.append((budget.name,))
        rows += [
            (item.name, f"{item.count:,.0f}", engineering(item.energy, "J"), "") for item in budget.items
        ]
        if len(budget.items) > 1:
            rows.append(("in all", "", engineering(budget.total, "J"), times(program / budget.total)))
    sources = dict.fromkeys(item.source for budget in found.budgets for item in budget.items)
    per_second = found.asked.task.tested.sum() / found.seconds_per_chip
    return Section(
        "Energy of a decision",
        (
            (energy_plot(found), "Accuracy against energy: fewer cycles cost less and are less sure."),
            (budget_plot(found), "What the energy goes to."),
        ),
        f"Published: {PUBLISHED_RATIO:,} times less than a microcontroller (Harabi et al. 2023, a scaled-up design); "
        f"found here: {times(program / found.budgets.logarithmic.total)} times (logarithmic) and "
        f"{times(program / found.budgets.stopping.total)} times (stochastic, stopping).",
        grid=Grid(("", "count", "energy", "microcontroller over it"), tuple(rows)),
        notes=(
            "Reads, comparators, AND gates and flip-flops are simulated as transistors; registers and counters are "
            "as many flip-flops, all clocked in each cycle, which is more than a counter needs. Row decoders, wires "
            "between columns, clock trees and what decides when to stop are not counted; nor, on either side, what "
            "makes features of the sensor.",
            "Sources: " + "; ".join(sources) + ".",
            f"This processor simulates {per_second:,.0f} decisions per second of CPU time, by both machines.",
        ),
    )
