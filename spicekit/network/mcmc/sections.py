"""Sections of the page on the arrays themselves: posterior, ageing, energy."""

from collections.abc import Iterable

from spicekit.models.digital import Digital
from spicekit.network.bnn.energy import Budget
from spicekit.network.mcmc.energy import PUBLISHED_ARRAY, PUBLISHED_XEON, on_processor
from spicekit.network.mcmc.methods import COPIES, DRAWS
from spicekit.network.mcmc.plots import ageing_plot, energy_plot, posterior_plot
from spicekit.network.mcmc.predict import Difference, Score
from spicekit.network.mcmc.study import Found
from spicekit.page.numbers import minus, scientific
from spicekit.page.section import Grid, Section
from spicekit.units import engineering


def posterior(found: Found) -> Section:
    """Return how near the arrays come to the posterior, and what their samples are worth."""
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
                "?" if d.effective is None else f"{d.effective:.1f} ({d.least:.1f})",
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
    head = ("how the array learns", "accepted", "models held", "effective samples (least)", "R-hat", "means: distance",
            "spread: ratio", "means: correlation")  # fmt: skip
    strange = "; ".join(f"{name} {value:.2f}" for name, value in found.out_of_distribution.items())
    return Section(
        "Is it the posterior?",
        pictures,
        "",
        Grid(head, tuple(rows)),
        (
            f"{asked.arrays} arrays learn the first split. Distance: root mean square over parameters of the means' "
            "difference from NUTS (NumPyro, same prior and range), in its standard deviations; ratio: mean of array "
            "over NUTS. Effective samples: of one array, median over parameters, and that of the parameter with the "
            "fewest; R-hat: the largest (ArviZ). A question mark: the package is not installed (extra “bayes”).",
            f"Proposals: {law.shape} law, {law.device_share:.0%} of the variance between devices, of the variance "
            f"between cycles {law.slow_share:.0%} slow (two cycles of one device correlated by {law.correlation:.3f}), "
            "the rest fresh at each cycle. What stays of a row that was rejected would be rejected again: after a "
            "rejection the next free row is tried, its places moved round by a random number of devices.",
            f"The array proposes its {asked.model.parameters} parameters in {asked.rule.blocks} blocks, one after the "
            f"other, {asked.steps:,} times each, and keeps a model after every {asked.rule.every} of these, the last "
            f"{min(asked.rule.held, asked.steps // asked.rule.every)} of them. “Whole rows” "
            "proposes all parameters at once, with as many programming cycles of each device.",
            f"Conductances from {low} to {high}: a proposal outside is rejected, not clipped. Prior of a conductance: "
            f"normal around {engineering(asked.code.centre, 'S')}, so that a parameter has a standard deviation of "
            f"{asked.code.prior_std:g} before the cut.",
            f"Samples of no class (features drawn from different samples) are told from known ones, area under the "
            f"curve: {strange}.",
        ),
    )  # fmt: skip


def _rate(ber: tuple[float, float | None, float] | None) -> str:
    if ber is None:
        return "?"
    low, best, high = ber
    return (
        f"< {scientific(high)}"
        if best is None
        else f"{scientific(best)} ({scientific(low)} … {scientific(high)})"
    )


def ageing(found: Found) -> Section:
    """Return what aged arrays learn, beside their error rate as a memory."""
    rows = tuple(
        (
            "fresh" if not a.cycles else scientific(a.cycles),
            _rate(a.ber),
            percent(a.scores["exact"].mean),
            percent_range(*a.scores["exact"].interval),
            f"{a.acceptance['exact']:.1%}",
            percent(a.scores["shortcut"].mean),
            percent(a.programmed[COPIES].mean),
        )
        for a in found.aged
    )
    dead = [(a, a.ber[1]) for a in found.aged if a.ber and a.ber[1] and a.ber[1] > 1e-2]
    text = ""
    if dead:
        first, rate = dead[0]
        less = first.less[COPIES]
        text = (
            f"At {scientific(first.cycles)} cycles the same devices as a 2T2R memory err at {scientific(rate)}; "
            f"learning still gets {_with_interval(first.scores['exact'])} with the exact ratio and "
            f"{_with_interval(first.scores['shortcut'])} with the shortcut. The same rows, programmed once with what "
            f"software learned, get {_with_interval(first.programmed[COPIES])} by their vote"
            + (f"; learning differs from that by {points(less)} points, paired by splits." if less else ".")
        )
    return Section(
        "Ageing",
        ((ageing_plot(found.aged), f"Upper: {found.asked.aged} splits at each age. Lower: 2T2R bit error rate "
          "of simulated aged cells, without error correction; ▽: upper end where no error was counted."),),
        text,
        Grid(("cycles done", "2T2R BER", "exact ratio", "interval", "accepted", "shortcut", "programmed, vote"),
             rows),
        (
            "Mean and spread of aged devices come from SPICE, with the ageing law of the RRAM card (form assumed, "
            "lifetime fitted). Compliances are chosen by the means of fresh devices; the exact ratio knows the aged "
            "law, the shortcut knows nothing. Programmed, vote: logistic regression that software learned, programmed "
            f"once into the first {found.asked.rule.held} rows of the same devices, towards the compliances of fresh "
            "means, too.",
        ),
    )  # fmt: skip


def controls(found: Found) -> Section:
    """Return how aged arrays do beside the controls on the same devices, and who knows what it does not know."""
    rows = tuple(
        (
            "fresh" if not a.cycles else scientific(a.cycles),
            percent(a.programmed[DRAWS].mean),
            points(a.less[COPIES]),
            points(a.less[DRAWS]),
            _each(s.log_loss for s in (a.scores["exact"], a.programmed[COPIES], a.programmed[DRAWS])),
            _each(a.told[name] for name in ("exact", COPIES, DRAWS)),
        )
        for a in found.aged
    )
    return Section(
        "Ageing: learning beside software's models on the same devices",
        (),
        "",
        Grid(("cycles done", "draws, vote", "exact ratio less copies, points", "less draws, points",
              "log loss [nat]: exact ratio, copies, draws", "strange: exact ratio, copies, draws"), rows),
        (
            "Exact ratio: arrays that learned. Copies: software's one model in all rows, as above. Draws: another draw "
            "of Laplace's approximation in each row. Both are programmed once and vote. Differences are paired.",
            "Strange: how well the disagreement of the models tells samples of no class, area under the curve.",
        ),
    )  # fmt: skip


def _each(values: Iterable[float]) -> str:
    return " / ".join(f"{value:.3f}" for value in values)


def energy(found: Found, budget: Budget, digital: Digital) -> Section:
    """Return what a training costs, part by part."""
    budgets = (budget, *found.controls, *on_processor(found.cpu, digital))
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
        f"{engineering(budget.total, 'J')} in the array, {_rounded(PUBLISHED_XEON / budget.total)} times less than the "
        f"600 mJ published for a Xeon; published for the array: order of {engineering(PUBLISHED_ARRAY, 'J')}."
        + _cheapest(found, budget)
        + took,
        Grid(("part", "count", "energy"), tuple(rows)),
        (
            *dict.fromkeys(f"{item.name}: {item.source}." for one in budgets for item in one.items),
            "Trained by logic beside the array: as many steps of the solver as software took (L-BFGS), each a product "
            "of all samples with the parameters and one with the errors, in 32 bits; fetching the samples is not "
            "counted, nor is it for the array.",
            "Not counted: converters, drivers beyond the cell, random numbers of the acceptance, control. Publications "
            "(Dalgaty et al., 2021) do not say how many proposals and samples their energy is for.",
        ),
    )  # fmt: skip


def _cheapest(found: Found, budget: Budget) -> str:
    """Return what the cheapest control takes, which stands in the same devices; empty without controls."""
    if not found.controls:
        return ""
    least = min(found.controls, key=lambda one: one.total)
    times = _rounded(budget.total / least.total)
    return f" In the same devices, {least.name}: {engineering(least.total, 'J')}, {times} times less than learning."


def points(found: Difference | None) -> str:
    """Return a difference of shares as text, in points of a per cent with its interval."""
    if found is None:
        return "?"
    low, mean, high = (minus(f"{100 * value:+.2f}") for value in (found.low, found.mean, found.high))
    return f"{mean} ({low} … {high})"


def percent(share: float) -> str:
    """Return a share as text, in per cent."""
    return f"{100 * share:.1f} %"


def percent_range(low: float, high: float) -> str:
    """Return an interval of shares as text, in per cent."""
    return f"{100 * low:.1f} … {100 * high:.1f} %"


def _with_interval(score: Score) -> str:
    return f"{percent(score.mean)} ({percent_range(*score.interval)})"


def _rounded(ratio: float) -> str:
    return f"{float(f'{ratio:.2g}'):,.0f}"
