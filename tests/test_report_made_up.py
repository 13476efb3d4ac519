"""A run folder of MADE-UP numbers, for testing the report and the export: no simulator ran, no device is meant.

Resistances are seeded log-normal draws; energies, delays and waveforms are invented shapes of the right order.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from spicekit.run.analyze import counts_of
from spicekit.run_folder import RunFolder, write_table
from spicekit.statistics import (
    QUANTILES,
    Condition,
    Distribution,
    Endurance,
    Moments,
    Probability,
    Provenance,
    SenseOffset,
    Statistics,
    save,
)
from spicekit.studies.memory.chain import sample_name
from spicekit.tables import keep_table

AGES = (1e4, 1e6, 1e8, 1e10, 1e12)
CRITERION = 1e-3


@dataclass(frozen=True)
class MadeUp:
    """One invented condition: Ohm, sigma of ln R, joule, seconds."""

    name: str
    reset_voltage: float
    pulse_width: float
    hrs: float
    sigma_hrs: float
    energy: float
    life: float
    published: tuple[float, str, float]


CONDITIONS = (
    MadeUp("typical", 2.5, 1e-6, 120e3, 0.55, 292e-12, 2e10, (1e-7, "300 pJ", 1e8)),
    MadeUp("optimized-endurance", 1.5, 1e-6, 19e3, 0.42, 283e-12, 3e13, (1e-4, "300 pJ", 1e10)),
    MadeUp("optimized-energy", 2.0, 1e-7, 38e3, 0.50, 41e-12, 3e11, (1e-5, "25 pJ", 1e8)),
)
PREFIX = {2.5: "2.5 V", 1.5: "1.5 V", 2.0: "2.0 V", 1e-6: "1 us", 1e-7: "100 ns"}


def made_up_run(
    path: Path,
    samples: int = 1000,
    conditions: tuple[MadeUp, ...] = CONDITIONS,
    ages: tuple[float, ...] = AGES,
    discard: float = 0.004,
    published: bool = True,
    waveforms: bool = True,
) -> RunFolder:
    """Write a run folder with `samples` chains per condition, a share `discard` of them discarded."""
    run = RunFolder(path)
    run.study_folder("memory").mkdir(parents=True)
    blocks, counts, identities = [], {}, {}
    for index, made_up in enumerate(conditions):
        fresh = _chains(made_up, 0.0, samples, discard, seed=index)
        aged = [_chains(made_up, age, 200, discard, seed=100 * index + i) for i, age in enumerate(ages, 1)]
        for table in (fresh, *aged):
            if len(table):
                name = sample_name(made_up.name, table.cycles.iloc[0])
                identities[name] = hashlib.sha256(name.encode()).hexdigest()
                keep_table(run.study_folder("memory"), table.assign(point=name, row=0), identities[name])
        blocks.append(_condition(made_up, fresh, aged))
        for table in (fresh, *aged):
            if len(table):
                name, ranges = sample_name(made_up.name, table.cycles.iloc[0]), [(0, len(table))]
                counts[name] = counts_of(table.assign(point=name), name, ranges, f"most samples ({samples})")
    provenance = Provenance(
        spec_sha256="5" * 64, models_sha256="m" * 64, ngspice="45", spicekit="0.1.0", seed=7
    )
    save(Statistics(conditions=tuple(blocks), provenance=provenance), run.statistics_file)
    manifest = {
        "schema": "spicekit.run/2", "name": "made_up", "title": "Made-up numbers <for> testing the report",
        "identity": "1d" * 32, "spec_sha256": "5" * 64, "models_sha256": "m" * 64, "seed": 7, "ngspice": "45",
        "spicekit": "0.1.0", "python": "3.11.2", "started": "2001-01-01T00:00:00Z",
        "finished": "2001-01-01T01:00:00Z", "studies": {"memory": counts}, "quick": False,
        "identities": identities,
    }  # fmt: skip
    run.manifest_file.write_text(json.dumps(manifest), encoding="utf-8")
    run.spec_file.write_text(_spec(conditions, published, samples), encoding="utf-8")
    if waveforms:
        write_table(run.waveforms_file, pd.concat([_waveforms(made_up) for made_up in conditions]))
    return run


def _chains(made_up: MadeUp, cycles: float, count: int, discard: float, seed: int) -> pd.DataFrame:
    random = np.random.default_rng([20180612, seed])
    wear = (cycles / made_up.life) ** 0.35
    lrs = 6e3 * np.exp(random.normal(0.0, 0.07, count))
    sigma = made_up.sigma_hrs * (1 + 0.5 * wear)
    hrs = made_up.hrs * np.exp(-0.6 * wear) * np.exp(random.normal(0.0, sigma, count))
    margin = np.log(hrs / lrs) * 0.2 + random.normal(0.0, 0.02, count)
    outcome = np.where(margin > 0, "ok", "error").astype(object)
    dropped = random.random(count) < discard
    outcome[dropped] = "discard"
    reason = np.where(dropped, np.where(np.arange(count) % 2, "timestep too small", "measurement failed"), "")
    energy_set = made_up.energy * random.normal(1, 0.05, count)
    energy_reset = made_up.energy * random.normal(0.5, 0.05, count)
    delay = np.where(np.abs(margin) < 0.002, np.inf, 3e-10 / np.sqrt(np.maximum(np.abs(margin), 1e-9)))
    table = pd.DataFrame(
        {
            "condition": np.full(count, made_up.name, dtype=object), "cycles": np.full(count, cycles),
            "sample": np.arange(count), "outcome": outcome, "reason": reason,
            "weight": np.where(np.arange(count) % 2 == 0, 1, -1), "lrs": lrs, "hrs": hrs,
            "energy_set": energy_set, "energy_reset": energy_reset, "energy_set_cell": 0.55 * energy_set,
            "energy_reset_cell": 0.8 * energy_reset, "set_current": random.normal(2e-4, 4e-6, count),
            "decision": np.sign(margin) * 1.8, "margin": margin, "read_delay": delay,
            "energy_read": random.normal(4e-14, 2e-15, count),
        }
    )  # fmt: skip
    table.loc[dropped, table.columns[6:]] = np.nan
    return table


def counted(errors: int, samples: int, discards: int) -> Probability:
    """Clopper-Pearson by SciPy; `samples` has the discards in it, which are errors for the upper bound alone."""
    valid, worst = samples - discards, errors + discards
    low = stats.binomtest(errors, samples).proportion_ci(0.95, "exact").low if samples else 0.0
    high = (
        stats.binomtest(worst, samples).proportion_ci(0.95 if worst else 0.9, "exact").high
        if samples
        else 1.0
    )
    return Probability(low=low, best=errors / valid if errors else None, high=high, confidence=0.95, samples=samples,
                       errors=errors, discards=discards, method="counted, Clopper-Pearson")  # fmt: skip


def _extrapolated(distance: float, spread: float, samples: int, comparator: str) -> Probability:
    best, low, high = (float(stats.norm.sf(distance / spread * factor)) for factor in (1, 1.06, 0.94))
    return Probability(low=low, best=best, high=high, confidence=0.95, samples=samples, errors=0, discards=0,
                       method=f"extrapolated: closed form of two log-normal laws, {comparator}")  # fmt: skip


def _distribution(values: np.ndarray) -> Distribution:
    log = np.log(values)
    return Distribution(
        median=float(np.exp(np.median(log))), sigma_ln=float(log.std(ddof=1)), samples=len(values),
        quantiles={str(p): float(np.quantile(values, p)) for p in QUANTILES},
    )  # fmt: skip


def _condition(made_up: MadeUp, fresh: pd.DataFrame, aged: list[pd.DataFrame]) -> Condition:
    settings = {"name": made_up.name, "set_compliance": 2e-4, "reset_voltage": made_up.reset_voltage,
                "pulse_width": made_up.pulse_width}  # fmt: skip
    good = fresh[fresh.outcome != "discard"]
    discards, errors = len(fresh) - len(good), int((good.outcome == "error").sum())
    ber_2t2r = counted(errors, len(fresh), discards)
    if len(good) < 2:
        return Condition(**settings, ber_2t2r=ber_2t2r)
    lrs, hrs = _distribution(good.lrs.to_numpy()), _distribution(good.hrs.to_numpy())
    distance = np.log(hrs.median / lrs.median)
    threshold = np.sqrt(lrs.median * hrs.median)
    wrong = int((good.lrs > threshold).sum() + (good.hrs < threshold).sum())

    def moments(column: pd.Series) -> Moments:
        column = column[np.isfinite(column)]
        return Moments(mean=float(column.mean()), std=float(column.std(ddof=1)))

    endurance = None
    if aged:
        curve = []
        for table in (fresh, *aged):
            kept = table[table.outcome != "discard"]
            ratio = np.log(kept.hrs / kept.lrs)
            curve.append(
                (float(table.cycles.iloc[0]), float(stats.norm.sf(ratio.mean() / ratio.std(ddof=1))))
            )
        cycles = next((age for age, ber in curve[1:] if ber > CRITERION), None)
        endurance = Endurance(
            cycles=cycles, criterion=CRITERION, curve=curve, method="log-normal at each age"
        )
    columns = ("energy_set", "energy_reset", "energy_set_cell", "energy_reset_cell", "energy_read",
               "read_delay", "set_current")  # fmt: skip
    return Condition(
        **settings,
        lrs=lrs,
        hrs=hrs,
        ber_1t1r=counted(wrong, 2 * len(fresh), 2 * discards).model_copy(
            update={"method": "counted, ideal comparator"}
        ),
        ber_2t2r=ber_2t2r,
        ber_1t1r_lognormal=_extrapolated(
            distance, lrs.sigma_ln + hrs.sigma_ln, len(good), "ideal comparator"
        ),
        ber_2t2r_lognormal=_extrapolated(
            distance, np.hypot(lrs.sigma_ln, hrs.sigma_ln), len(good), "real amplifier"
        ),
        sense_offset=SenseOffset(sigma_ln=0.05, standard_error=0.003, samples=600),
        energy_pair=moments(good.energy_set + good.energy_reset),
        undecided=int(np.isinf(good.read_delay).sum()),
        endurance=endurance,
        **{name: moments(good[name]) for name in columns},
    )


def _spec(conditions: tuple[MadeUp, ...], published: bool, samples: int) -> str:
    lines = [
        'schema = "spicekit.sweep/1"',
        'name = "made_up"',
        'title = "Made-up <numbers> & signs"',
        "seed = 7",
        f"[monte_carlo]\nsamples = {max(samples, 1)}",
    ]
    for made_up in conditions:
        lines += ["", "[[conditions]]", f'name = "{made_up.name}"', 'set_compliance = "200 uA"',
                  f'reset_voltage = "{PREFIX[made_up.reset_voltage]}"',
                  f'pulse_width = "{PREFIX[made_up.pulse_width]}"']  # fmt: skip
        if published:
            below, energy, cycles = made_up.published
            lines += ["[conditions.published]", f"ber_2t2r_below = {below}", f'programming_energy = "{energy}"',
                      f"cyclability_above = {cycles}", 'source = "invented for this test"']  # fmt: skip
    return "\n".join(lines) + "\n"


def _waveforms(made_up: MadeUp) -> pd.DataFrame:
    """Smooth steps in place of circuit waveforms, with the signal names that the runner writes."""
    rows = []
    width = made_up.pulse_width
    time = np.linspace(0, 1.6 * width, 400)

    def step(start: float, slope: float) -> np.ndarray:
        return 1 / (1 + np.exp(-(time - start) / slope))

    pulse = step(0.1 * width, 0.01 * width) - step(1.1 * width, 0.01 * width)
    switched = step(0.15 * width, 0.02 * width)
    gate = 2.2 * (step(0.05 * width, 0.01 * width) - step(1.2 * width, 0.01 * width))
    for name, high, sign in (("set", 2.0, 1), ("reset", made_up.reset_voltage, -1)):
        zero = np.zeros_like(time)
        signals = {
            "bl": high * pulse if sign > 0 else zero, "sl": zero if sign > 0 else high * pulse, "wl": gate,
            "te": high * pulse if sign > 0 else zero, "be": 0.6 * high * pulse,
            "vcell#branch": sign * 2e-4 * pulse * (switched if sign > 0 else 1 - 0.8 * switched),
            "xcell.gap": 0.9 - sign * 0.5 * (switched - 0.5), "xcell.temp": 300 + 500 * pulse * switched,
        }  # fmt: skip
        rows += [
            pd.DataFrame({"pulse": name, "time": time, "signal": k, "value": v}) for k, v in signals.items()
        ]
    time = np.linspace(0, 20e-9, 400)
    enable = 1.8 * step(10e-9, 5e-11)
    rise = 1.8 * step(2e-9, 5e-10)
    for name, sign in (("read +1", 1), ("read -1", -1)):
        fall, stay = rise * (1 - step(11e-9, 1e-10)), rise - 0.2 * (step(10.5e-9, 1e-10) - step(12e-9, 3e-10))
        q, qb = (stay, fall) if sign > 0 else (fall, stay)
        signals = {"q": q, "qb": qb, "bl": 0.7 * q, "blb": 0.7 * qb, "sen": enable}
        rows += [
            pd.DataFrame({"pulse": name, "time": time, "signal": k, "value": v}) for k, v in signals.items()
        ]
    table = pd.concat(rows, ignore_index=True)
    table.insert(0, "condition", made_up.name)
    return table


def test_made_up_run_is_a_run_folder(tmp_path):
    run = made_up_run(tmp_path / "run", samples=100)
    assert [c.name for c in run.statistics().conditions] == [c.name for c in CONDITIONS]
    assert len(run.samples()) == 3 * (100 + 200 * len(AGES))
    assert run.manifest()["studies"]["memory"]["typical"]["samples"] == 100
    assert set(run.waveforms().pulse) == {"set", "reset", "read +1", "read -1"}
