"""The page of networks of p-bits, section by section."""

import math
from pathlib import Path

from spicekit.network.pbits.plots import landscape_plot, law_plot, spread_plot, success_plot
from spicekit.network.pbits.problem import Factoring
from spicekit.network.pbits.result import Found, summary_of
from spicekit.network.pbits.study import BURN_IN
from spicekit.network.pbits.words import in_words, percent, products_in_words, size, to_solution
from spicekit.page.numbers import estimate, scientific
from spicekit.page.section import Grid, Section
from spicekit.report.page import Page, write_findings
from spicekit.units import engineering


def write_pbits(found: Found, folder: Path, provenance: dict[str, str], command: str) -> Path:
    """Write `report.html`, `table.csv` and `summary.json` into an existing folder; return the page's path."""
    sections = [_short(found), _devices(found), _landscape(found), _success(found)]
    sections += [_published(found)] if found.products else []
    sections += [_spread(found)]
    sections += [_law(found)] if found.asked.with_law else []
    page = Page(
        "Networks of p-bits",
        f"{', '.join(one.problem.name for one in found.solved)} · {found.asked.copies} runs each",
        (*sections, _speed(found)),
        tuple(provenance.items()),
        command,
    )
    return write_findings(page, folder, {"table.csv": found.table}, summary_of(found, provenance))


def _short(found: Found) -> Section:
    law, longest = found.asked.law, max(found.asked.times)
    points = [
        f"{one.problem.name} ({one.problem.bits} p-bits): {one.solution}. In runs of {longest:g} correlation times "
        f"({engineering(longest * law.time.value, 's')}), {in_words(one)}."
        for one in found.solved
    ]
    if found.products:
        points.append(products_in_words(found))
    return Section(
        "Summary",
        (),
        "This page is on networks of p-bits: bits that fluctuate at random, each the more one way the more the others "
        "ask "
        "for it. Their sigmoid, correlation time and spread were fitted to p-bits that were simulated in ngspice; the "
        "network is simulated from these laws, and no circuit stands behind what computes the inputs.",
        points=tuple(points),
    )


def _devices(found: Found) -> Section:
    law, pbit = found.asked.law, found.asked.pbit
    rows = [
        ("centre", estimate(law.centre, "V"), size(law.centre_spread, "V")),
        ("width, for one unit of the input", estimate(law.width, "V"), size(law.width_spread, "V")),
        ("correlation time at the centre", estimate(law.time, "s"),
         "–" if law.time_spread is None else f"factor {math.exp(law.time_spread):.2f}"),
        ("skew: how much more the rises depend on the input than the falls", estimate(law.skew, ""), "not used"),
    ]  # fmt: skip
    for name, limit in (("output low in both states below the input", law.lowest_input),
                        ("output high in both states above the input", law.highest_input)):  # fmt: skip
        rows.append((name, estimate(limit, "") if limit else "not within the voltages simulated", "not used"))
    rows.append(("energy of one correlation time", engineering(law.energy, "J"), "–"))
    relative = (law.centre_spread or 0.0) / law.width.value
    return Section(
        "The p-bits",
        (),
        f"From {found.asked.source}: {law.devices} p-bits, supply {engineering(pbit.supply, 'V')}. The spread of the "
        f"centre "
        f"is {relative:.2f} units of the input: where centres are not trimmed, each p-bit is biased by so much.",
        grid=Grid(("number of the law", "mean ± standard error", "spread over p-bits"), tuple(rows)),
        notes=(
            "Simulated in ngspice: junction, transistor and inverter, at constant input. Law fitted to that: rates "
            "log-linear in the input. Assumed in the network: p-bits are drawn from independent normal laws with these "
            "means and spreads (the time log-normal); inputs follow the other p-bits at once; a p-bit whose output "
            "saturates answers at the rate at which it starts to.",
            "Trimmed: each p-bit has the reference of its input set to its own centre; widths and times keep their "
            "spread.",
            "Ideal p-bits draw m = sgn(tanh(I) - r) anew, at random moments, once per unit of time on average. "
            "Simulated "
            "ones have the same law of the states at equal inputs, but flip faster where the input is large.",
        ),
    )  # fmt: skip


def _landscape(found: Found) -> Section:
    first = next((one for one in found.solved if isinstance(one.problem, Factoring)), found.solved[0])
    others = [one for one in found.solved if one is not first][:2]
    captions = {
        first.problem.name: f"{first.problem.name}: left, energy of {len(first.trace)} runs over time, simulated "
        "p-bits with trimmed centres; right, for factors, the energy of all X and Y, the way of the first run (white), "
        "and where it ends (circle)."
    }
    return Section(
        "The energy over time",
        tuple(
            (landscape_plot(found, one), captions.get(one.problem.name, f"The same of {one.problem.name}."))
            for one in (first, *others)
        ),
        "The inputs are scaled up during a run, as a temperature that falls: at first all states are visited, at the "
        "end "
        "only those near the lowest energy.",
        notes=(
            "From inputs of 0.2 on average in random states to 3 for the smallest hundredth of them, in 50 steps of "
            "equal "
            "factors.",
        ),
    )


def _success(found: Found) -> Section:
    rows: list[tuple[str, ...]] = []
    for one in found.solved:
        how = "all states enumerated" if one.proven else "best known, not proven"
        count = "" if one.solutions is None else f"; states that have it: {one.solutions}"
        rows.append((f"{one.problem.name}: {one.problem.said}. Lowest energy {one.ground:g}, {how}{count}",))
        rows += [
            (curve.name, *(percent(share) for _, share in curve.by_time), to_solution(curve, one, found))
            for curve in one.curves
        ]
    head = ("", *(f"{t:g} times" for t in found.asked.times), "99 %: time, energy")
    library = any(c.name.startswith("dwave") for one in found.solved for c in one.curves)
    return Section(
        "Success against time",
        ((success_plot(found), "Share of runs that visit the lowest energy, with Clopper-Pearson intervals, 95 %."),),
        grid=Grid(head, tuple(rows)),
        notes=(
            f"{found.asked.copies} runs of each kind, each with p-bits of its own; a run succeeds if it visits the "
            f"lowest "
            "energy at any time. Times are mean correlation times of a p-bit at its centre; of simulated annealing "
            "they "
            "are sweeps, in each of which every bit is tried once: near to as many tries, not the same time.",
            "Simulated annealing: Metropolis et al., from the same to the same temperature, visits counted as for "
            "p-bits."
            + (" dwave-samplers is judged by where its runs end, not by what they visit, and takes couplings of two "
               "bits only." if library else " The extra `annealing` sets dwave-samplers beside it."),
            "99 %: time, and energy of all p-bits in it, in which repeated runs of the best of these lengths succeed "
            "with "
            "99 %. What computes the inputs takes energy, too, and is not counted.",
        ),
    )  # fmt: skip


def _published(found: Found) -> Section:
    assert found.products is not None
    hardest = sorted(found.products.solved.items(), key=lambda pair: pair[1].best or 0.0)[:8]
    rows = tuple(
        (str(number), percent(share)) for number, share in [*hardest, (945, found.products.solved[945])]
    )
    return Section(
        "Beside the published figure",
        (),
        products_in_words(found),
        grid=Grid(("integer: the hardest, and 945", "share of runs that factor it (interval)"), rows),
        notes=(
            "Simulated p-bits with trimmed centres and the published energy (XY - F)², X of six bits and Y of four, "
            "both "
            "odd. The published network was an experiment with discrete parts, whose times are not compared.",
        ),
    )


def _spread(found: Found) -> Section:
    longest = max(found.asked.times)
    rows: list[tuple[str, ...]] = []
    for one in found.solved:
        rows.append((one.problem.name,))
        for trimmed in (True, False):
            shares = [percent(s) for _, t, s in one.spreads if t is trimmed]
            rows.append(("centres trimmed" if trimmed else "not trimmed", *shares))
    head = ("", *(f"spread × {f:g}" for f, t, _ in found.solved[0].spreads if t))
    notes = []
    places = found.asked.surroundings
    if len(places) > 1:
        for name, pbit, _, _ in places:
            law = pbit.law
            assert law is not None
            shares = "; ".join(
                f"{one.problem.name} {percent(usual)}, own inputs {percent(own)}"
                for one in found.solved
                for at, usual, own in one.surroundings
                if at == name
            )
            notes.append(
                f"{name} ({engineering(pbit.supply, 'V')}, {pbit.temperature - 273.15:.0f} °C): centre "
                f"{estimate(law.centre, 'V')}, width {estimate(law.width, 'V')}, correlation time "
                f"{estimate(law.time, 's')}. Not trimmed, inputs made for the usual p-bit: {shares}."
            )
    return Section(
        "Spread of the p-bits, supply and temperature",
        (
            (
                spread_plot(found),
                f"Share of runs of {longest:g} correlation times that succeed, with intervals.",
            ),
        ),
        "The spread of the centres is a bias of each p-bit that the problem does not have; trimming takes it away. "
        "Widths "
        "of their own make couplings uneven; times of their own change how fast a p-bit moves, and not where to.",
        grid=Grid(head, tuple(rows)),
        notes=tuple(notes),
    )


def _law(found: Found) -> Section:
    rows: list[tuple[str, ...]] = []
    for one in found.solved:
        if one.law is None:
            continue
        mean, high = one.law.floor
        rows.append((f"{one.problem.name}, {one.problem.bits} bits; floor {mean:.3f}, 95 % {high:.3f}",))
        rows += [
            (d.name, f"{d.mean:.3f}", f"{min(d.of_chips):.3f} … {max(d.of_chips):.3f}" if len(d.of_chips) > 1 else "–",
             f"{d.worst_marginal:.1f}")
            for d in one.law.distances
        ]  # fmt: skip
    samples = found.asked.samples
    return Section(
        "Boltzmann's law",
        ((law_plot(found), "Left: chance of each bit to be +1, first chip, against the exact one of all states. "
          "Right: total variation distance of the states seen from Boltzmann's law, each chip; grey: "
          "what as many samples of the law itself have."),),
        f"{samples} independent runs give one state each, after {BURN_IN:g} correlation times at constant inputs. "
        "So few samples are at a distance from any law: only what lies above the floor is a fault of the p-bits.",
        grid=Grid(("", "total variation distance, mean of chips", "chips", "farthest bit [standard errors]"),
        tuple(rows)), notes=(
            "The temperature is that at which a quarter of the entropy is gone, between n bits and the states of "
            "lowest "
            "energy; all states are enumerated. The Gibbs sampler updates bit after bit, for as many sweeps: where it "
            "lies "
            "above its floor as well, neither has reached the law in this time.",
            "Ideal p-bits have Boltzmann's law whatever their times are. Widths of their own break it, as couplings "
            "are "
            "then not even; so do outputs that saturate.",
        ),
    )  # fmt: skip


def _speed(found: Found) -> Section:
    rows = tuple(
        (one.problem.name, f"{one.problem.bits}",
         *(scientific(x) for x in (one.speed.vectorized, one.speed.flips, one.speed.loop)),
         f"{one.speed.vectorized / one.speed.loop:.0f}")
        for one in found.solved
    )  # fmt: skip
    return Section(
        "What the simulation costs",
        (),
        grid=Grid(
            ("", "p-bits", "updates per CPU second, vectorized", "flips per CPU second, continuous time",
             "updates per CPU second, plain loop", "vectorized over loop"),
            rows,
        ),
        notes=(
            f"One core. Vectorized: {found.asked.copies} copies at once, bit after bit. Continuous time: only flips "
            f"are "
            "simulated, each with the rates of all p-bits. Plain loop: one copy in Python, bit after bit.",
        ),
    )  # fmt: skip
