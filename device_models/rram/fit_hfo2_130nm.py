"""Fits the free numbers of hfo2_130nm.toml to the published table of three programming conditions.

Usage: python device_models/rram/fit_hfo2_130nm.py [--check | --write]

Prints what was fitted, the residuals, and what is thereby predicted. `--write` puts the fitted values into the TOML
file, `--check` only judges the values that stand there.

The published bit error rates and cyclabilities are one-sided bounds. The fit stays as near as it can to an assumed
start and keeps a margin of our choice inside them: one and a half decades for the error rates, one decade for the
cyclabilities. Error rates are those of log-normal resistances, with medians from nominal SPICE chains, spreads from
SPICE sensitivities to each parameter, and the simulated offset of the amplifier; the sweep programming_conditions then
counts and extrapolates with full Monte Carlo.
"""

import argparse
import math
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import brentq, least_squares
from scipy.stats import norm

from spicekit.models.rram import ALTER, RramModel, load_rram
from spicekit.ngspice import evaluate
from spicekit.run.spec import Spec, load_spec
from spicekit.studies.memory.chain import Chain, build_chain
from spicekit.studies.memory.offset import SAMPLES, offset_reads, sense_offset

CARD = Path(__file__).with_name("hfo2_130nm.toml")
DECADES_BER, DECADES_CYCLES = 1.5, 1.0  # our choice: how far inside the published bounds
PRIOR = 0.05  # decades that a step of SCALE away from the start is worth
START = {"e_reset": 0.45, "e_reset_gap": 1.4, "spread e_reset": 0.1, "spread e_reset_gap": 0.05}  # assumed
SCALE = {"e_reset": 0.1, "e_reset_gap": 0.5, "spread e_reset": 0.03, "spread e_reset_gap": 0.03}
SHARE = 0.64  # of the spread of e_reset that is between devices (assumed)


@dataclass(frozen=True)
class Device:
    """Median and spread of ln R of both states, and mean energies [J] of the nominal device."""

    ln_r: dict[str, float]
    sigma: dict[str, float]
    energy: dict[str, float]

    def ber(self, offset: float) -> float:
        """Return the 2T2R error rate of log-normal resistances and an amplifier offset (standard deviation, ln R)."""
        total = math.sqrt(self.sigma["lrs"] ** 2 + self.sigma["hrs"] ** 2 + offset**2)
        return float(norm.sf((self.ln_r["hrs"] - self.ln_r["lrs"]) / total))


@cache
def standing_card() -> RramModel:
    """Return the card as it stands."""
    return load_rram(CARD)


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


def device(chain: Chain, theta: dict[str, float], wear: float) -> Device:
    """Return what SPICE says of the device with the fitted numbers `theta` at a wear."""
    rram = standing_card()
    ageing = rram.ageing
    nominal = {p: theta.get(p, rram.value(p)) for p in ALTER}
    nominal["e_reset"] += ageing.barrier_shift.value * wear
    spread = {p: rram.population().parameters[p].sigma for p in ALTER}
    spread["e_reset"] = theta["spread e_reset"]
    spread["e_reset_gap"] = theta["spread e_reset_gap"] * nominal["e_reset_gap"]
    growth = 1 + ageing.spread_growth.value * wear
    base = {f"cell.{p}": v for p, v in nominal.items()}
    rows = [base]
    for p in ALTER:
        rows += [base | {f"cell.{p}": nominal[p] + sign * growth * spread[p]} for sign in (-1, 1)]
    for s in chain.set_deck.spread:
        rows += [base | {s.name: s.nominal + sign * s.sigma} for sign in (-1, 1)]
    ln_r, sigma, energy = {}, {}, {}
    for state in ("lrs", "hrs"):
        found = program(chain, state, rows)
        ln_r[state], energy[state] = found[0]
        sigma[state] = float(np.linalg.norm((found[2::2, 0] - found[1::2, 0]) / 2))
    return Device(ln_r, sigma, energy)


class Problem:
    """The three conditions with their decks and bounds, and the amplifier; remembers what it simulated."""

    def __init__(self, spec: Spec, offset: float | None = None) -> None:
        self.chains = {c.name: build_chain(spec.technology, c) for c in spec.conditions}
        self.published = {table.name: table.published for table in spec.content.conditions}
        self.criterion = spec.content.endurance.criterion
        self.offset = amplifier_offset(self.chains.values(), spec.content.seed) if offset is None else offset
        self._devices = cache(lambda name, theta, wear: device(self.chains[name], dict(theta), wear))

    def device(self, name: str, theta: dict[str, float], wear: float = 0.0) -> Device:
        """Return the device of a condition."""
        return self._devices(name, tuple(theta.items()), wear)

    def ber(self, name: str, theta: dict[str, float], wear: float = 0.0) -> float:
        """Return the 2T2R error rate of a condition."""
        return self.device(name, theta, wear).ber(self.offset)

    def residuals(self, vector: np.ndarray) -> np.ndarray:
        """Return decades that are missing to the margins, then the distance from the start, lightly weighted."""
        theta = dict(zip(START, vector, strict=True))
        missing = [max(0.0, self.decades(name, theta)) for name in self.published]
        return np.array([*missing, *(PRIOR * (theta[k] - START[k]) / SCALE[k] for k in START)])

    def decades(self, name: str, theta: dict[str, float]) -> float:
        """Return how many decades the error rate lies above its bound less the margin; below zero it is met."""
        return math.log10(self.ber(name, theta) / self.published[name].ber_2t2r_below) + DECADES_BER

    def end_of_life(self, name: str, theta: dict[str, float]) -> float:
        """Return the wear at which the error rate crosses the criterion."""
        goal = math.log10(self.criterion)
        return brentq(lambda wear: math.log10(self.ber(name, theta, wear)) - goal, 0.0, 5.0, xtol=0.01)


def amplifier_offset(chains: Iterable[Chain], seed: int) -> float:
    """Return the standard deviation of the amplifier's offset in ln R, near the nominal low resistance state.

    All conditions have the same amplifier, and draws of their own: their reads count together.
    """
    reads = [
        offset_reads(chain, seed, np.arange(SAMPLES), np.full(SAMPLES, chain.population.gaps["lrs"]))
        for chain in chains
    ]
    return sense_offset(pd.concat(reads)).sigma_ln


def lifetimes(problem: Problem, ends: dict[str, float]) -> dict[str, float]:
    """Return `cycles` and `voltage` of the ageing law that put two cyclabilities half a decade above their bounds.

    The conditions are those of 1 us with the highest and the lowest RESET voltage; the third is predicted.
    """
    by_voltage = sorted(problem.chains, key=lambda name: problem.chains[name].condition.reset_voltage)
    low, high = by_voltage[0], by_voltage[-1]
    ageing = problem.chains[low].rram.ageing
    life = {  # at wear 1
        name: problem.published[name].cyclability_above
        * 10**DECADES_CYCLES
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
    rram = standing_card()
    total = {p: rram.population().parameters[p].sigma for p in ("e_reset", "e_reset_gap")}
    theta = {
        "e_reset": rram.value("e_reset"),
        "e_reset_gap": rram.value("e_reset_gap"),
        "spread e_reset": total["e_reset"],
        "spread e_reset_gap": total["e_reset_gap"] / rram.value("e_reset_gap"),
    }
    return theta, {"voltage": rram.ageing.voltage.value, "cycles": rram.ageing.cycles.value}


def report(problem: Problem, theta: dict[str, float], law: dict[str, float], ends: dict[str, float]) -> float:
    """Print residuals and predictions; return the most decades that an error rate lies above what is wanted."""
    print("fitted:     " + ", ".join(f"{k} {v:.4g}" for k, v in (theta | law).items()))
    print(f"simulated:  amplifier offset {problem.offset:.2f} in ln R")
    worst = 0.0
    for name, known in problem.published.items():
        found, ber, off = problem.device(name, theta), problem.ber(name, theta), problem.decades(name, theta)
        cycles = cyclability(problem, name, ends[name], law)
        worst = max(worst, off)
        role = "predicted" if name == predicted_lifetime(problem) else "fitted to"
        states = ", ".join(
            f"{state.upper()} {math.exp(found.ln_r[state]):.3g} Ohm ({found.sigma[state]:.2f} in ln R)"
            for state in ("lrs", "hrs")
        )
        energy, wanted = found.energy["lrs"], known.ber_2t2r_below / 10**DECADES_BER
        print(f"""
{name}
  fitted to   BER {ber:.2g}, wanted < {wanted:.0e} (published < {known.ber_2t2r_below:.0e}): {off:+.2f} decades
  {role}   cyclability {cycles:.2g} at a BER of {problem.criterion:g} (published > {known.cyclability_above:.0e})
  predicted   SET energy {energy * 1e12:.3g} pJ (published {known.programming_energy * 1e12:.3g} pJ, residual \
{100 * (energy / known.programming_energy - 1):+.0f} %; the SET voltage was chosen for 300 pJ)
  predicted   RESET energy {found.energy["hrs"] * 1e12:.3g} pJ; {states}""")
    return worst


def predicted_lifetime(problem: Problem) -> str:
    """Return the condition whose cyclability is not fitted to: neither the lowest nor the highest RESET voltage."""
    return sorted(problem.chains, key=lambda name: problem.chains[name].condition.reset_voltage)[1]


def write(theta: dict[str, float], law: dict[str, float]) -> None:
    """Put the fitted values into the card; comments and order stay."""
    text = CARD.read_text(encoding="utf-8")
    for name, value in ({k: theta[k] for k in ("e_reset", "e_reset_gap")} | law).items():
        text = re.sub(rf"(?m)^({name} = {{value = )[^,]+", rf"\g<1>{value:.4g}", text)
    between, within = (
        theta["spread e_reset"] * math.sqrt(SHARE),
        theta["spread e_reset"] * math.sqrt(1 - SHARE),
    )
    text = re.sub(
        r"(?m)^(e_reset = {device = )[^,]+, slow = [^,]+", rf"\g<1>{between:.3g}, slow = {within:.3g}", text
    )
    relative = theta["spread e_reset_gap"]
    text = re.sub(r"(?m)^(e_reset_gap = {device = )[^,]+", rf"\g<1>{relative:.3g}", text)
    CARD.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--check", action="store_true", help="judge the values that stand in the card")
    choice.add_argument("--write", action="store_true", help="put the fitted values into the card")
    asked = parser.parse_args()
    problem = Problem(load_spec("programming_conditions"))
    theta, law = standing()
    if not asked.check:
        fit = least_squares(
            problem.residuals,
            list(START.values()),
            x_scale=list(SCALE.values()),
            diff_step=0.01,
            xtol=1e-4,
            ftol=1e-4,
        )
        theta = dict(zip(START, map(float, fit.x), strict=True))
    ends = {name: problem.end_of_life(name, theta) for name in problem.chains}
    if not asked.check:
        law = lifetimes(problem, ends)
    worst = report(problem, theta, law, ends)
    if asked.write:
        write(theta, law)
    sys.exit(worst > 0.3)


if __name__ == "__main__":
    main()
