"""Random bits of a junction: cells that read a superparamagnetic junction by a sense amplifier."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from spicekit.block import Block
from spicekit.circuits.cell import Technology
from spicekit.circuits.junction_read import junction_read_deck
from spicekit.errors import InputError
from spicekit.sampling.counts import Counts, error_probability
from spicekit.sampling.distribution import moments
from spicekit.studies.study import Point, Study
from spicekit.studies.trng.cells import HEADROOM, Cells, Content, decision_of, draw
from spicekit.studies.trng.result import Flips, Trng, chances
from spicekit.studies.trng.table import TrngTable

_METHOD = (
    "reads in ngspice with drawn transistors and junctions; the resistors at which the decisions of either state "
    "turn are enclosed by six reads each; flips by the card's rates along the simulated voltage on the junction, and "
    "the last time at which a flip changes the decision is found by reads that flip then; beside it live reads, that "
    "flip by chance"
)
_NUMBERS = (
    "low", "high", "rest_p", "rest_ap", "energy_p", "energy_ap", "delay_p", "delay_ap", "decided_p", "decided_ap",
    "deciding_p", "deciding_ap",
    "after_p", "after_ap",
)  # fmt: skip


def points(technology: Technology, table: TrngTable) -> tuple[Point, ...]:  # noqa: ARG001
    """Return the one point.

    Raises:
        InputError: no junction in the technology.
    """
    model = technology.superparamagnetic
    if model is None:
        raise InputError(
            'needs a junction: give `technology.superparamagnetic`, such as "superparamagnetic_inplane"'
        )
    bound = HEADROOM / model.value("attempt_time")  # no voltage makes it flip faster
    reads = [junction_read_deck(technology, model.resistances(0.0)[state], state, bound) for state in (0, 1)]
    content = Content(technology, (reads[0], reads[1]), bound)
    design = technology.design
    labels = {
        "supply": design.supply, "temperature": technology.temperature, "sense_time": design.sense_time,
        "precharge_time": design.precharge_time,
    }  # fmt: skip
    return (Point("cell", labels, {"parallel": reads[0].deck, "antiparallel": reads[1].deck}, content),)


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return one row per cell; ``error``: with the resistor of the nominal cell it does not tell the states apart.

    Columns: ``reference`` [Ohm] of the nominal cell; ``low`` and ``high``, ln of the resistors [Ohm] where the decision
    of a parallel and of an antiparallel junction turns; ``trimmed``, whether a resistor between them tells the states
    apart; ``rest_p``, ``rest_ap`` [1/s], rates of its junction at rest; energies [J], delays [s] and
    integrated rates with it; of live reads ``live_flips``, ``live_wrong``.
    """
    content: Content = point.content
    nominal = draw(content, seed, 0, 1)
    middle = float(np.mean([nominal.turning(state)[0] for state in (0, 1)]))
    cells = draw(content, seed, start, stop)
    ends = [cells.turning(state) for state in (0, 1)]
    return pd.DataFrame(
        [
            _row(cells, seed, start + row, row, middle, (low, high))
            for row, (low, high) in enumerate(zip(*ends, strict=True))
        ]
    )


def _row(
    cells: Cells, seed: int, number: int, row: int, middle: float, ends: tuple[float, float]
) -> dict[str, object]:
    low, high = ends
    found: dict[str, object] = {
        "sample": number, "outcome": "discard", "reason": "", "reference": float(np.exp(middle)), "trimmed": False,
        **dict.fromkeys(_NUMBERS, np.nan), "low": low, "high": high, "live_reads": 0, "live_flips": 0, "live_wrong": 0,
    }  # fmt: skip
    if not np.isfinite(middle) or np.isnan([low, high]).any():
        return found | {"reason": "the turning point of a decision was lost"}
    usable = bool(low < middle < high)
    found["outcome"] = "ok" if usable else "error"
    found["rest_p"], found["rest_ap"] = cells.rest(row)
    if not (np.isfinite([low, high]).all() and low < high):
        return found
    trim, supply = np.array([(low + high) / 2]), cells.content.technology.design.supply
    right = True
    for state, name in enumerate(("p", "ap")):
        measured, reason = cells.read(state, trim, np.array([row]))
        decision, _, delay, energy = measured[0]
        if reason[0]:
            return found | {"outcome": "discard", "reason": reason[0]}
        told = bool(np.isfinite(delay) and (decision > supply / 2 if state == 0 else decision < -supply / 2))
        right &= told
        decided = cells.decisive(row, state, trim[0], delay) if told else 0.0
        flips = cells.flips(row, state, trim[0], decided)
        if flips is None:
            return found | {"outcome": "discard", "reason": "read: a wave was lost"}
        found |= {f"energy_{name}": energy, f"delay_{name}": delay, f"decided_{name}": decided,
                  f"deciding_{name}": flips[0], f"after_{name}": flips[1]}  # fmt: skip
    found["trimmed"] = right
    if right:
        for state in (0, 1):
            live = cells.wave(row, state, trim[0], cells.events(seed, number, state))
            if live is None:
                return found | {"outcome": "discard", "reason": "live read: it was lost"}
            found["live_reads"] += 1  # type: ignore[operator]
            found["live_flips"] += int((live["xj.state"][-1] > 0.5) != bool(state))  # type: ignore[operator]
            found["live_wrong"] += int((decision_of(live) < 0) != bool(state))  # type: ignore[operator]
    return found


def analyze(table: TrngTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:  # noqa: ARG001
    """Return the block, or nothing where fewer than two cells tell the states apart."""
    good = rows[rows["outcome"] != "discard"]
    told = good[good["trimmed"].astype(bool)]
    if len(told) < 2:
        return {}
    lost, first = len(rows) - len(good), good.iloc[0]

    def share(wrong: int) -> object:
        return error_probability(Counts(len(rows), wrong, lost), "counted, Clopper-Pearson", confidence)

    flips = {
        name: Flips(deciding=moments(told[f"deciding_{name}"]), after=moments(told[f"after_{name}"]))
        for name in ("p", "ap")
    }
    early, late = (
        chances(told[f"{part}_p"].to_numpy(), told[f"{part}_ap"].to_numpy()) for part in ("deciding", "after")
    )
    other = [early[state] * (1 - late[1 - state]) + (1 - early[state]) * late[state] for state in (0, 1)]
    return {
        "trng": Trng(
            supply=float(first["supply"]),
            temperature=float(first["temperature"]),
            read_time=float(first["sense_time"]),
            precharge_time=float(first["precharge_time"]),
            reference=float(first["reference"]),
            unusable=share(int((good["outcome"] == "error").sum())),
            unusable_trimmed=share(len(good) - len(told)),
            offset=moments((told["low"] + told["high"]) / 2 - np.log(told["reference"])),
            window=moments(told["high"] - told["low"]),
            energy=moments((told["energy_p"] + told["energy_ap"]) / 2),
            delay=moments(told[["delay_p", "delay_ap"]].max(axis=1)),
            rest_rate=moments((told["rest_p"] * told["rest_ap"]).map(np.log) / 2),
            rest_tilt=moments((told["rest_ap"] / told["rest_p"]).map(np.log)),
            decisive_time=moments(told["decided_ap"]),
            flips_parallel=flips["p"],
            flips_antiparallel=flips["ap"],
            live_reads=int(told["live_reads"].sum()),
            live_flips=int(told["live_flips"].sum()),
            live_flips_expected=float(np.sum(other)),
            live_wrong=int(told["live_wrong"].sum()),
            live_wrong_expected=float(np.sum(early)),
            status="card of the junction: fitted to one dwell time, otherwise assumed",
            method=_METHOD,
        )
    }


STUDY = Study("trng", points, simulate, analyze, counts="cells")
