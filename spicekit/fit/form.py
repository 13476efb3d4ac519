"""From many resistances of many devices to the whole distribution of the barriers: parts, form, correlation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import ndtr
from scipy.stats import norm

from spicekit.fit.components import Components, Observations, components, observations
from spicekit.fit.curve import BARRIER, Curve, curve
from spicekit.fit.estimate import CONFIDENCE, Interval
from spicekit.fit.response import Testbench, device_size, drawn, drawn_size, with_values
from spicekit.fit.rows import StateRows
from spicekit.fit.shapes import (
    Parts,
    latent_parts,
    marginal_of,
    scores,
    within_form,
)
from spicekit.models.population import Marginal
from spicekit.models.rram import RramModel
from spicekit.models.spread_law import CorrelationLaw, FreshShape, MarginalPoints, SpreadLaw
from spicekit.sampling.normals import standard_normals

_ENOUGH, _DEVICES, _CYCLES = 400, 20, 2  # resistances of a state, devices, cycles of one: fewer have no form
_FEW = 8  # cycles of a device; fewer do not tell what is slow, nor the form of the fresh part
_GROUPS, _OF_GROUP = 10, 20  # of simulated resistances, most and least
_LEAST_STEP = 0.3  # of a step of the marginal, which a correction leaves
_OTHERS = 0.8  # of the measured spread, at most, is taken off: of less the barrier's form could not be told


@dataclass(frozen=True)
class Formed:
    """The distribution of one barrier."""

    state: str
    parameter: str
    parts: Parts
    components: Components  # of the normal scores
    sigma: float  # eV
    centre: Interval  # eV, of the median device from that of the laws
    marginal: Marginal  # in standard deviations
    resistances: int
    beyond: int  # of them that no barrier gives
    others: float = 0.0  # spread that other parameters and the access transistor bring, over that measured

    def part(self, name: str) -> Interval:
        """Return the standard deviation [eV] of a part with the interval that its component of the scores has."""
        value, found = getattr(self.parts, name) * self.sigma, self.components
        if name == "device" and found.device is not None:
            relative = found.device
        else:
            ends = found.fresh
            if name == "slow":
                ends = Interval(1 - ends.value, 1 - ends.high, 1 - ends.low)
            relative = Interval(
                found.cycle.value * ends.value**0.5,
                found.cycle.low * ends.low**0.5,
                found.cycle.high * ends.high**0.5,
            )
        if not relative.value:
            return Interval(value, 0.0, self.sigma * relative.high)
        return relative.times(value / relative.value)


@dataclass(frozen=True)
class Forms:
    """The distributions of all barriers that were measured, and the model that has them."""

    rram: RramModel
    states: dict[str, Formed]
    memory: Interval | None
    correlation: Interval | None  # between devices, of the two barriers


def tell_forms(rows: Mapping[str, StateRows]) -> bool:
    """Return whether the resistances tell more than standard deviations."""
    return all(
        r.apart == "device and cycle"
        and r.has_cycle
        and len(r.whole()) >= _ENOUGH
        and r.devices >= _DEVICES
        and len(r.whole()) + len(r.failed) >= _CYCLES * r.devices
        for r in rows.values()
    )


def forms(
    rram: RramModel,
    rows: Mapping[str, StateRows],
    benches: Sequence[Testbench],
    samples: int,
    rounds: int,
    seed: int,
) -> Forms:
    """Fit the distributions of the barriers to all resistances.

    With few cycles of each device all that differs between them is taken for fresh, and normal.

    Args:
        rram: with the laws fitted.
        samples: devices simulated per setting, to tell what other parameters bring, and in each round.
        rounds: in which devices of the model are simulated, and quantiles put right by what they are off.
    """
    answers = {(s, k): curve(benches[k], rram, s) for s, r in rows.items() for k in r.weights()}
    deviations = {s: _deviations(r, answers) for s, r in rows.items()}
    seen = [_observations(d) for d in deviations.values()]
    few = any(len(r.whole()) < _FEW * r.devices for r in rows.values())
    found, memory = components(
        seen, [True] * len(seen), None, not few, CONFIDENCE, fresh=1.0 if few else None
    )
    states: dict[str, Formed] = {}
    length = memory.value if memory else rram.cycling.correlation_cycles.value
    for (s, table), one in zip(deviations.items(), found, strict=True):
        first = int(table["setting"].iloc[0])
        others = _others(rram, s, benches[first], answers[s, first], samples, seed)
        measured = _robust(table["x"])
        bring = float(np.hypot(*others)) / measured
        others = np.array(others) * min(1.0, _OTHERS / max(bring, 1e-9))
        form = None if few else within_form(table["z"].to_numpy(), table["device"].to_numpy())
        device = one.device.value if one.device else 0.0
        scale = np.hypot(device, one.cycle.value) / measured
        own, cycle = (
            max(of**2 - (scale * other) ** 2, 0.0) ** 0.5
            for of, other in zip((device, one.cycle.value), others, strict=True)
        )
        parts = latent_parts(own, cycle, one.fresh.value, form, length)
        centre, sigma, marginal = marginal_of(table["x"].to_numpy(), parts, length, float(np.hypot(*others)))
        error = norm.ppf((1 + CONFIDENCE) / 2) * float(one.covariance[0, 0]) ** 0.5 * sigma
        states[s] = Formed(
            s, BARRIER[s], parts, one, sigma, Interval(centre, centre - error, centre + error), marginal,
            len(table), int(table["beyond"].sum()), bring,
        )  # fmt: skip
    correlation = _correlation(deviations) if len(states) == len(BARRIER) else None
    result = Forms(rram, states, memory, correlation)
    formed = _model(result)
    for number in range(rounds):
        # each round is a better look at how far off the same distribution is, so it corrects that one
        corrected = {
            s: _corrected(
                formed,
                wanted,
                benches[k],
                answers[s, k],
                samples,
                seed + number,
                rram.value(wanted.parameter),
            )
            for s, wanted in states.items()
            for k in [int(deviations[s]["setting"].iloc[0])]
        }
        result = replace(result, states=corrected)
        formed = _model(result)
    return replace(result, rram=formed)


def _deviations(rows: StateRows, answers: Mapping[tuple[str, int], Curve]) -> pd.DataFrame:
    """Return the rows with the deviation ``x`` [eV] of the barrier and its normal score ``z``."""
    parts = []
    for k, mine in rows.whole().groupby("setting"):
        answer, ln = answers[rows.state, int(k)], mine["ln"].to_numpy()  # type: ignore[arg-type]
        parts.append(mine.assign(x=answer.deviations(ln), beyond=answer.beyond(ln)))
    table = pd.concat(parts)
    return table.assign(z=scores(table["x"].to_numpy()))


def _observations(table: pd.DataFrame) -> Observations:
    zero = np.zeros(len(table), int)
    return observations(
        table["z"].to_numpy(), zero, table["device"].to_numpy(), table["cycle"].to_numpy(float)
    )


def _robust(x: pd.Series | np.ndarray) -> float:
    low, high = np.quantile(x, ndtr([-1, 1]))
    return float(high - low) / 2


def _others(
    rram: RramModel, state: str, bench: Testbench, answer: Curve, samples: int, seed: int
) -> tuple[float, float]:
    """Return the standard deviations [eV] between devices and between cycles that other parameters bring.

    The mismatch of the access transistor is one of them, all of it between devices.
    """
    law = rram.laws[BARRIER[state]].model_copy(update={"device": 0.0, "slow": 0.0, "fresh": 0.0})
    still = replace(rram, laws={**rram.laws, BARRIER[state]: law})
    normals = standard_normals(seed, f"others, {bench.setting}", 0, samples, drawn_size(bench))
    ln = drawn(bench, still, normals)[state]
    x = answer.deviations(ln[np.isfinite(ln).all(axis=1)])
    cycle = _robust((x[:, 1] - x[:, 0]) / 2**0.5)
    return max(_robust(x) ** 2 - cycle**2, 0.0) ** 0.5, cycle


def _corrected(
    formed: RramModel,
    one: Formed,
    bench: Testbench,
    answer: Curve,
    samples: int,
    seed: int,
    nominal: float,
) -> Formed:
    """Return the distribution less what resistances of simulated devices are off from what their barriers give.

    Such as for the state before, which is not the nominal one. The same draws are on both sides, so that few devices
    tell it; the mean is taken of groups of devices whose barriers are alike.
    """
    size = formed.population().size
    normals = standard_normals(seed, f"form, {bench.setting}", 0, samples, drawn_size(bench))
    ln = drawn(bench, formed, normals)[one.state]
    cycles = normals[:, device_size(bench.set_deck) :].reshape(samples, 2, 2, size)[:, :, 0]
    barrier = np.column_stack(
        [formed.population().values(normals[:, :size], cycles[:, k])[one.parameter] for k in range(2)]
    )
    expected = barrier - nominal
    kept = np.isfinite(ln) & (expected > answer.deviation[0]) & (expected < answer.deviation[-1])
    off = answer.deviations(ln[kept]) - expected[kept]
    order = np.argsort(expected[kept])
    groups = np.array_split(order, max(1, min(_GROUPS, len(order) // _OF_GROUP)))
    places = [expected[kept][group].mean() for group in groups]
    before = one.centre.value + one.sigma * np.array(one.marginal.value)
    after = before - np.interp(before, places, [off[group].mean() for group in groups])
    steps = np.maximum(np.diff(after), _LEAST_STEP * np.diff(before))
    values = np.concatenate([[0.0], np.cumsum(steps)])
    middle = len(values) // 2
    values += after[middle] - values[middle]
    shift = float(np.interp(0.0, one.marginal.coordinate, values)) - one.centre.value
    centre = Interval(*(end + shift for end in (one.centre.value, one.centre.low, one.centre.high)))
    scaled = (values - centre.value) / one.sigma
    return replace(one, centre=centre, marginal=Marginal(one.marginal.coordinate, tuple(scaled.tolist())))


def _correlation(deviations: Mapping[str, pd.DataFrame]) -> Interval | None:
    """Return the correlation of both barriers between devices, from means of scores; None if there may be none."""
    means = [table.groupby("device")["z"].mean() for table in deviations.values()]
    both = pd.concat(means, axis=1, join="inner").to_numpy()
    r, n = float(np.corrcoef(both.T)[0, 1]), len(both)
    reach = norm.ppf((1 + CONFIDENCE) / 2) / max(n - 3, 1) ** 0.5
    low, high = np.tanh(np.arctanh(r) + reach * np.array([-1, 1]))
    return Interval(r, float(low), float(high)) if low * high > 0 else None


def _model(found: Forms) -> RramModel:
    rram, laws = found.rram, dict(found.rram.laws)
    values = {}
    for one in found.states.values():
        p, parts = one.parameter, one.parts
        values[p] = rram.value(p) + one.centre.value
        laws[p] = SpreadLaw(
            device=parts.device * one.sigma,
            slow=parts.slow * one.sigma,
            fresh=parts.fresh * one.sigma,
            kind="absolute",
            shape=FreshShape(skew=parts.shape.skew, tail=parts.shape.tail) if parts.shape else None,
            uneven=parts.uneven,
            marginal=MarginalPoints(coordinate=one.marginal.coordinate, value=one.marginal.value),
            status="fitted",
            source="measured resistances",
        )
    cycling = rram.cycling
    if found.memory:
        length = cycling.correlation_cycles.model_copy(update={"value": found.memory.value})
        cycling = cycling.model_copy(update={"correlation_cycles": length})
    correlations = rram.correlations
    if len(found.states) == len(BARRIER):  # that of the base card is of other devices
        correlations = tuple(c for c in correlations if set(c.of) != set(BARRIER.values()))
    if found.correlation:
        law = CorrelationLaw(
            of=("e_set", "e_reset"),
            value=found.correlation.value,
            status="fitted",
            source="measured resistances",
        )
        correlations = (*correlations, law)
    return replace(with_values(rram, values), laws=laws, cycling=cycling, correlations=correlations)
