"""Fits the free numbers of hfo2_130nm.toml to the published table of three programming conditions.

Usage: python device_models/rram/fit_hfo2_130nm.py [--check | --write]

Prints what was fitted, the margins to the bounds, and what is thereby predicted. `--write` puts the fitted values into
the TOML file, `--check` only judges the values that stand there.

The card has the shape of the spread from measured cells; their resistances are not needed here. Three numbers are
fitted: the RESET barrier, and by which factors the measured spreads of the two barriers are smaller. They stay as near
to the measured ones as the published bounds allow, which are kept by a decade (a choice of ours). The error rate of a
pair cannot be counted. It comes from the resistance of the nominal device against either barrier (SPICE), the barriers'
distributions by quadrature, and how far the amplifier's mismatch must go to err, by the ratio of the resistances
(SPICE); what other parameters spread is little, and taken as normal. The sweep programming_conditions then estimates
the same rate with all parameters drawn. At last the script prints how often one try fails to write one device: compare
with the measured write failures in docs/rram.md.
"""

import argparse
import math
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from scipy.optimize import brentq, least_squares
from scipy.special import ndtr

from spicekit.models.population import Drawn, uneven_size
from spicekit.models.rram import ALTER, RramModel, load_rram
from spicekit.ngspice import evaluate
from spicekit.run.spec import Spec, load_spec
from spicekit.studies.memory.chain import Chain, build_chain

CARD = Path(__file__).with_name("hfo2_130nm.toml")
DECADES = 1.0  # our choice: how far inside the published bounds
BARRIER = {"lrs": "e_set", "hrs": "e_reset"}  # which tells a state
GRID = {  # eV, of the barrier; fine where SET begins to fail
    "lrs": np.concatenate([np.arange(-0.2, 0.9, 0.05), np.arange(0.9, 1.3, 0.02), np.arange(1.3, 1.85, 0.1)]),
    "hrs": np.arange(-1.5, 2.55, 0.1),
}
BEFORE = np.arange(-0.6, 1.3, 0.4)  # eV, of the RESET barrier that made the state before a SET
BINS = np.linspace(-3, 3, 9)  # of that barrier, in standard deviations
MEASURED = {  # eV, standard deviations of the parts; the card says of which cells
    "e_set": {"device": 0.024711, "slow": 0.022628, "fresh": 0.043081},
    "e_reset": {"device": 0.29686, "slow": 0.14032, "fresh": 0.21769},
}
START = {"e_reset": 0.722, "size e_set": 1.0, "size e_reset": 1.0}  # the measured cells
STEP = 0.297  # eV, of the barrier, as far as a factor of two in size: its measured spread between devices
PRIOR = 0.03  # decades that such a step away from the measured cells is worth
FIRST_TRY = 0.2 / 12e-6  # Ohm: against which the measured write failures were told
RATIOS = np.arange(0.0, 2.7, 0.2)  # ln, of resistances read
WIDEST = 1.0  # ln R, no standard deviation of one number shifts the ratio further
FARTHEST = 12.0  # standard deviations of mismatch
HALVINGS = {"direction": 10, "distance": 10}  # by which the mismatch that makes a read err is found


@dataclass(frozen=True)
class Resistances:
    """Distribution of ln R of a state."""

    chance: np.ndarray
    ln_r: np.ndarray
    other: float  # standard deviation of a normal part that comes on top

    def quantile(self, level: float) -> float:
        """Return a quantile, without the normal part."""
        order = np.argsort(self.ln_r)
        return float(self.ln_r[order][np.searchsorted(np.cumsum(self.chance[order]), level)])

    @property
    def sigma(self) -> float:
        """Half the range from 16 to 84 %, as a standard deviation."""
        return math.hypot((self.quantile(ndtr(1)) - self.quantile(ndtr(-1))) / 2, self.other)

    def beyond(self, ohm: float) -> tuple[float, float]:
        """Return the chances of lying below and above a resistance."""
        below = float(self.chance @ ndtr((math.log(ohm) - self.ln_r) / self.other))
        return below, 1 - below


@dataclass(frozen=True)
class Device:
    """Distribution of both states, and energies [J] of the nominal device."""

    states: dict[str, Resistances]
    energy: dict[str, float]

    def ber(self, amplifier: "Amplifier") -> float:
        """Return the error rate of a pair of devices."""
        low, high = self.states["lrs"], self.states["hrs"]
        wrong = amplifier.wrong(high.ln_r - low.ln_r[:, None], math.hypot(low.other, high.other))
        return float(low.chance @ wrong @ high.chance)


@dataclass(frozen=True)
class Amplifier:
    """How many standard deviations of mismatch make a read err, by the ratio of the resistances (`RATIOS`)."""

    distance: np.ndarray
    offset: float  # standard deviation, in ln R, near a ratio of one

    def wrong(self, ln_ratio: np.ndarray, other: float) -> np.ndarray:
        """Return the chance of an error; `other` is a normal spread of the ratio on top."""
        distance = np.sign(ln_ratio) * np.interp(np.abs(ln_ratio), RATIOS, self.distance)
        return ndtr(-distance / math.hypot(1, other / self.offset))


@cache
def standing_card() -> RramModel:
    """Return the card as it stands."""
    return load_rram(CARD)


@cache
def latent(parameter: str) -> tuple[np.ndarray, np.ndarray]:
    """Return chances and deviations, in standard deviations, of a parameter as the card draws it."""
    drawn: Drawn = standing_card().population().parameters[parameter]
    fresh, uneven = np.meshgrid(np.linspace(-9, 9, 361), np.linspace(-6, 6, 73))
    weight = np.exp(-(fresh**2 + uneven**2) / 2)
    likely = weight > 1e-16
    shaped = drawn.shape(fresh[likely]) if drawn.shape else fresh[likely]
    off = drawn.fresh * uneven_size(drawn.uneven, uneven[likely]) * shaped / drawn.sigma
    weight = weight[likely] / weight.sum()
    normal = math.hypot(drawn.device, drawn.slow) / drawn.sigma
    ends = 0.3 * np.sinh(np.linspace(-9, 9, 601))
    below = np.array([weight @ ndtr((end - off) / normal) for end in ends])
    middle = np.concatenate([ends[:1], (ends[1:] + ends[:-1]) / 2, ends[-1:]])
    return np.diff(below, prepend=0, append=1), drawn.marginal(middle) if drawn.marginal else middle


def program(chain: Chain, state: str, rows: list[dict[str, float]]) -> np.ndarray:
    """Return (rows, 2): ln R and energy [J] of devices that end in `state`, after a preparing pulse."""
    order = (chain.reset_deck, chain.set_deck) if state == "lrs" else (chain.set_deck, chain.reset_deck)
    gap = np.full(len(rows), chain.population.gaps[state])
    for used in order:
        names = [m.name for m in used.deck.measurements]
        known = {p.name for p in used.deck.parameters}
        values = [
            used.deck.row({k: v for k, v in row.items() if k in known} | {"cell.gap": float(g)})
            for row, g in zip(rows, gap, strict=True)
        ]
        measured, outcomes = evaluate(used.deck, np.array(values))
        if not all(o.ok for o in outcomes):
            raise SystemExit(f"a pulse failed: {next(str(o) for o in outcomes if not o.ok)}")
        found = dict(zip(names, measured.T, strict=True))
        gap = found["gap"]
    resistance = (found["verify_top"] - found["verify_bottom"]) / found["verify_current"]
    return np.column_stack([np.log(resistance), found["energy_path"]])


def nominal() -> dict[str, float]:
    """Return what decks take of the nominal device as the card has it."""
    return {f"cell.{p}": standing_card().value(p) for p in ALTER}


class Bench:
    """A condition in SPICE; remembers the curves of ln R against the barriers, which no fitted number changes.

    A SET starts from the high state of the same device, which its RESET barrier tells: the wider that gap, the sooner
    SET fails.
    """

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        rows = [
            nominal() | {"cell.e_reset": float(before), "cell.e_set": float(e)}
            for before in BEFORE
            for e in GRID["lrs"]
        ]
        self.low = program(chain, "lrs", rows)[:, 0].reshape(len(BEFORE), -1)
        self.high = program(chain, "hrs", [nominal() | {"cell.e_reset": float(e)} for e in GRID["hrs"]])[:, 0]

    def ln_low(self, before: float, e_set: np.ndarray) -> np.ndarray:
        """Return ln R of the low state of devices whose RESET barrier was `before`."""
        at = float(np.clip((before - BEFORE[0]) / (BEFORE[1] - BEFORE[0]), 0, len(BEFORE) - 1))
        k = min(int(at), len(BEFORE) - 2)
        return np.interp(e_set, GRID["lrs"], (1 - at + k) * self.low[k] + (at - k) * self.low[k + 1])

    def device(self, theta: dict[str, float], wear: float) -> Device:
        """Return the device with the fitted numbers `theta` at a wear."""
        card = standing_card()
        growth = 1 + card.ageing.spread_growth.value * wear
        shift = {"lrs": 0.0, "hrs": card.ageing.barrier_shift.value * wear}
        base = nominal() | {"cell.e_reset": theta["e_reset"] + shift["hrs"]}
        steps = {f"cell.{p}": growth * d.sigma for p, d in card.population().parameters.items()}
        steps = {p: s for p, s in steps.items() if s and p.removeprefix("cell.") not in MEASURED}
        rows = [base, *(base | {p: base[p] + sign * s} for p, s in steps.items() for sign in (-1, 1))]
        rows += [
            base | {s.name: s.nominal + sign * s.sigma}
            for s in self.chain.set_deck.spread
            for sign in (-1, 1)
        ]
        other, energy, chance, barrier = {}, {}, {}, {}
        for state, p in BARRIER.items():
            found = program(self.chain, state, rows)
            energy[state] = float(found[0, 1])
            other[state] = float(np.linalg.norm((found[2::2, 0] - found[1::2, 0]) / 2))
            chance[state], deviation = latent(p)
            barrier[state] = base[f"cell.{p}"] + growth * theta[f"size {p}"] * measured(p) * deviation
        e_set, e_reset = barrier["lrs"], barrier["hrs"]
        places = np.searchsorted(np.cumsum(chance["hrs"]), ndtr(BINS))
        weight = np.exp(-(BINS**2) / 2) / np.exp(-(BINS**2) / 2).sum()
        low = np.concatenate([self.ln_low(before, e_set) for before in e_reset[places]])
        high = np.interp(e_reset, GRID["hrs"], self.high)
        states = {
            "lrs": Resistances(np.outer(weight, chance["lrs"]).ravel(), low, other["lrs"]),
            "hrs": Resistances(chance["hrs"], high, other["hrs"]),
        }
        return Device(states, energy)


def measured(parameter: str) -> float:
    """Return the measured standard deviation [eV] of a barrier, all parts together."""
    return math.hypot(*MEASURED[parameter].values())


class Problem:
    """The three conditions with their decks and bounds, and the amplifier; remembers what it simulated."""

    def __init__(self, spec: Spec) -> None:
        self.chains = {c.name: build_chain(spec.technology, c) for c in spec.conditions}
        self._bench = cache(lambda name: Bench(self.chains[name]))
        self.published = {table.name: table.published for table in spec.content.conditions}
        self.criterion = spec.content.endurance.criterion
        self.amplifier = amplifier(next(iter(self.chains.values())))  # the same in all of them
        self._devices = cache(lambda name, theta, wear: self._bench(name).device(dict(theta), wear))

    def device(self, name: str, theta: dict[str, float], wear: float = 0.0) -> Device:
        """Return the device of a condition."""
        return self._devices(name, tuple(theta.items()), wear)

    def ber(self, name: str, theta: dict[str, float], wear: float = 0.0) -> float:
        """Return the 2T2R error rate of a condition."""
        return self.device(name, theta, wear).ber(self.amplifier)

    def margin(self, name: str, theta: dict[str, float]) -> float:
        """Return how many decades the error rate lies below its bound."""
        return math.log10(self.published[name].ber_2t2r_below / self.ber(name, theta))

    def residuals(self, vector: np.ndarray) -> np.ndarray:
        """Return decades missing to the margins, then the distance from the measured cells, lightly weighted."""
        theta = as_theta(vector)
        missing = [max(0.0, DECADES - self.margin(name, theta)) for name in self.published]
        return np.array([*missing, *(PRIOR * (vector - as_vector(START)))])

    def end_of_life(self, name: str, theta: dict[str, float]) -> float:
        """Return the wear at which the error rate crosses the criterion."""
        goal = math.log10(self.criterion)
        return brentq(lambda wear: math.log10(self.ber(name, theta, wear)) - goal, 0.0, 5.0, xtol=0.01)


def as_vector(theta: dict[str, float]) -> np.ndarray:
    """Return the fitted numbers in steps: the barrier, then logarithms of the sizes."""
    sizes = (math.log2(theta[f"size {p}"]) for p in MEASURED)
    return np.array([theta["e_reset"] / STEP, *sizes])


def as_theta(vector: np.ndarray) -> dict[str, float]:
    """Return the fitted numbers from their steps."""
    e_reset, *sizes = map(float, vector)
    return {"e_reset": e_reset * STEP} | {
        f"size {p}": 2.0**size for p, size in zip(MEASURED, sizes, strict=True)
    }


def amplifier(chain: Chain) -> Amplifier:
    """Return the amplifier, from reads near the nominal low resistance state.

    Its mismatch goes where it errs soonest: the slopes of the ratio at which it decides otherwise give the direction.
    """
    deck, spread = chain.read.deck, chain.read.spread
    low = chain.population.gaps["lrs"]

    def right(mismatch: np.ndarray, ln_ratio: np.ndarray) -> np.ndarray:
        rows = [
            deck.row(
                {"left.gap": low, "right.gap": low + float(ratio) * chain.offset_gap}
                | {s.name: s.nominal + s.sigma * float(v) for s, v in zip(spread, z, strict=True)}
            )
            for z, ratio in zip(mismatch, ln_ratio, strict=True)
        ]
        measured, outcomes = evaluate(deck, np.array(rows))
        if not all(o.ok for o in outcomes):
            raise SystemExit(f"a read failed: {next(str(o) for o in outcomes if not o.ok)}")
        return measured[:, 0] > 0

    one = np.eye(len(spread))
    both = np.concatenate([one, -one])
    flips = turning(
        lambda ratio: right(both, ratio), np.full(len(both), -WIDEST), WIDEST, HALVINGS["direction"]
    )
    slope = np.subtract(*flips.reshape(2, -1)) / 2
    offset = float(np.linalg.norm(slope))
    distance = turning(
        lambda far: ~right(far[:, None] * slope / offset, RATIOS),
        np.zeros(len(RATIOS)),
        FARTHEST,
        HALVINGS["distance"],
    )
    return Amplifier(distance, offset)


def turning(
    answer: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: float, halvings: int
) -> np.ndarray:
    """Return where answers turn from no at `low` to yes at `high`, by bisection."""
    high = np.full(len(low), high)
    for _ in range(halvings):
        middle = (low + high) / 2
        yes = answer(middle)
        low, high = np.where(yes, low, middle), np.where(yes, middle, high)
    return (low + high) / 2


def by_voltage(problem: Problem) -> list[str]:
    """Return the conditions by their RESET voltage."""
    return sorted(problem.chains, key=lambda name: problem.chains[name].condition.reset_voltage)


def lifetimes(problem: Problem, ends: dict[str, float]) -> dict[str, float]:
    """Return `cycles` and `voltage` of the ageing law that put two cyclabilities by the margin above their bounds.

    The conditions are those of 1 us with the highest and the lowest RESET voltage; the third is predicted.
    """
    low, _, high = by_voltage(problem)
    ageing = standing_card().ageing
    life = {  # at wear 1
        name: problem.published[name].cyclability_above
        * 10**DECADES
        * ends[name] ** (-1 / ageing.exponent.value)
        for name in (low, high)
    }
    volts = {name: problem.chains[name].condition.reset_voltage for name in (low, high)}
    voltage = (volts[high] - volts[low]) / math.log(life[low] / life[high])
    return {
        "voltage": voltage,
        "cycles": life[low] * math.exp((volts[low] - ageing.reference_voltage.value) / voltage),
    }


def cyclability(problem: Problem, name: str, end: float, law: dict[str, float]) -> float:
    """Return the cycles at which a condition reaches the wear `end`."""
    chain, ageing = problem.chains[name], standing_card().ageing
    changed = {k: getattr(ageing, k).model_copy(update={"value": v}) for k, v in law.items()}
    return end ** (1 / ageing.exponent.value) / ageing.model_copy(update=changed).wear(
        1.0, chain.condition.reset_voltage, chain.condition.pulse_width
    ) ** (1 / ageing.exponent.value)


def standing() -> tuple[dict[str, float], dict[str, float]]:
    """Return the fitted numbers that stand in the card: of the device, and of the ageing law."""
    card = standing_card()
    sizes = {f"size {p}": card.population().parameters[p].sigma / measured(p) for p in MEASURED}
    law = {"voltage": card.ageing.voltage.value, "cycles": card.ageing.cycles.value}
    return {"e_reset": card.value("e_reset")} | sizes, law


def report(problem: Problem, theta: dict[str, float], law: dict[str, float], ends: dict[str, float]) -> float:
    """Print margins and predictions; return the most decades that an error rate lies above what is wanted."""
    print("fitted:     " + ", ".join(f"{k} {v:.4g}" for k, v in (theta | law).items()))
    print(f"simulated:  amplifier offset {problem.amplifier.offset:.2f} in ln R")
    worst = 0.0
    predicted = by_voltage(problem)[1]
    for name, known in problem.published.items():
        found, margin = problem.device(name, theta), problem.margin(name, theta)
        cycles = cyclability(problem, name, ends[name], law)
        worst = max(worst, DECADES - margin)
        states = ", ".join(
            f"{state.upper()} {math.exp(r.quantile(0.5)):.3g} Ohm ({r.sigma:.2f} in ln R)"
            for state, r in found.states.items()
        )
        energy, lifetime = found.energy["lrs"], "predicted" if name == predicted else "fitted to"
        print(f"""
{name}
  fitted to   BER {problem.ber(name, theta):.2g} (published < {known.ber_2t2r_below:.0e}): {margin:.2f} decades inside
  {lifetime}   cyclability {cycles:.2g} at a BER of {problem.criterion:g} \
(published > {known.cyclability_above:.0e})
  predicted   SET energy {energy * 1e12:.3g} pJ (published {known.programming_energy * 1e12:.3g} pJ, residual \
{100 * (energy / known.programming_energy - 1):+.0f} %; the SET voltage was chosen for 300 pJ)
  predicted   RESET energy {found.energy["hrs"] * 1e12:.3g} pJ; {states}""")
    return worst


def first_tries(spec: Spec, theta: dict[str, float], read_by: Amplifier) -> None:
    """Print how often one device is not written at the highest RESET voltage, also with the measured sizes."""
    highest = max(spec.conditions, key=lambda c: c.reset_voltage)
    print(f"\none device, one try, RESET at {highest.reset_voltage:g} V, told at {FIRST_TRY / 1e3:.1f} kOhm")
    for width in (1e-6, 1e-7):
        bench = Bench(build_chain(spec.technology, replace(highest, pulse_width=width)))
        for name, numbers in (("card", theta), ("barrier and sizes as measured", START)):
            device = bench.device(numbers, 0.0)
            reset, set_ = device.states["hrs"].beyond(FIRST_TRY)[0], device.states["lrs"].beyond(FIRST_TRY)[1]
            print(
                f"  {width * 1e6:g} us, {name}: RESET failed {reset:.1e}, SET failed {set_:.1e}, "
                f"pair read wrongly {device.ber(read_by):.1e}"
            )


def write(theta: dict[str, float], law: dict[str, float]) -> None:
    """Put the fitted values into the card; comments and order stay."""
    text = CARD.read_text(encoding="utf-8")
    for name, value in ({"e_reset": theta["e_reset"]} | law).items():
        text = re.sub(rf"(?m)^({name} = {{value = )[^,]+", rf"\g<1>{value:.4g}", text)
    for p, parts in MEASURED.items():
        sizes = ", ".join(f"{part} = {theta[f'size {p}'] * sigma:.4g}" for part, sigma in parts.items())
        text = re.sub(rf"(?m)^({p} = {{)device = [^,]+, slow = [^,]+, fresh = [^,]+", rf"\g<1>{sizes}", text)
    CARD.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--check", action="store_true", help="judge the values that stand in the card")
    choice.add_argument("--write", action="store_true", help="put the fitted values into the card")
    asked = parser.parse_args()
    spec = load_spec("programming_conditions")
    problem = Problem(spec)
    theta, law = standing()
    if not asked.check:
        first = as_vector(START) - 1  # where slopes tell the way
        fit = least_squares(problem.residuals, first, diff_step=0.02, xtol=1e-4, ftol=1e-5)
        theta = as_theta(fit.x)
    ends = {name: problem.end_of_life(name, theta) for name in problem.chains}
    if not asked.check:
        law = lifetimes(problem, ends)
    worst = report(problem, theta, law, ends)
    first_tries(spec, theta, problem.amplifier)
    if asked.write:
        write(theta, law)
    sys.exit(worst > 0.1)


if __name__ == "__main__":
    main()
