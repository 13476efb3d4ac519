"""Learning in an array of measured cells: the conductance law of a measured SET sweep, as statistics.

Usage: python benchmarks/measured_law.py skywater_set_sweep.csv.gz OUT.json
Then:  spicekit network mcmc OUT.json --low "50 uA" --high "115 uA" --splits 20 --aged 0
The file has columns device, word_line_V and resistance_after [Ohm]; SETs of a cell at one word line stand in their
order. Measured are word lines, not currents: as `compliance` stands the one at which the card of reports/learning has
the mean that was measured, and its condition stands for pulses and reads. Prints both laws side by side.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import skew

from spicekit.statistics import Estimate, Statistics, load, save
from spicekit.studies.conductance_law.result import ConductanceLaw, ConductancePoint

WORD_LINES = (2.3, 2.35, 2.4, 2.45, 2.5, 2.55, 2.6)  # V; beyond, most sweeps have ended
KEPT = 0.975  # of a slow deviation from cycle to cycle, as in the card: twenty SETs do not tell how long it lasts
BOOTSTRAPS = 200


def main() -> int:
    """Write the statistics; return 0."""
    data, out = pd.read_csv(sys.argv[1]), Path(sys.argv[2])
    card = load(Path("reports/learning/statistics.json"))
    known = card.conductance_law.points
    points = []
    print("word line   mean        σ: measured, card   between cells   lag 1 in a cell   skewness")
    for word_line in WORD_LINES:
        cells = data[np.isclose(data["word_line_V"], word_line)].copy()
        cells["turn"] = cells.groupby("device").cumcount()
        table = cells.pivot(index="device", columns="turn", values="resistance_after").dropna(axis=1)
        found = estimates(1 / table.to_numpy())
        mean = found["mean"].value
        place = np.interp(np.log(mean), np.log([p.mean.value for p in known]), np.arange(len(known)))
        compliance, std = (
            np.exp(np.interp(place, np.arange(len(known)), np.log(values)))
            for values in ([p.compliance for p in known], [p.std.value for p in known])
        )
        kept = found.pop("kept")
        points.append(
            ConductancePoint(
                compliance=compliance,
                current=compliance,
                samples=table.size,
                devices=len(table),
                discards=0,
                **found,
            )
        )
        share = (found["std_device"].value / found["std"].value) ** 2
        print(
            f"{word_line:5.2f} V   {mean * 1e6:6.1f} µS   {found['std'].value * 1e6:5.1f}, {std * 1e6:4.1f} µS"
            f"   {share:12.0%}   {kept.value:15.2f}   {found['skewness'].value:8.2f}"
        )
    law = ConductanceLaw(
        points=tuple(points), correlation=KEPT, reset_voltage=2.0, pulse_width=1e-7, status="measured",
        method="1/R after each SET of a sweep over word lines; compliances are those of a card with the same means",
    )  # fmt: skip
    save(Statistics(conditions=card.conditions, conductance_law=law), out)
    return 0


def estimates(conductance: np.ndarray) -> dict[str, Estimate]:
    """Return mean, parts of the spread and skewness of (devices, cycles) [S]; errors by bootstrap over devices."""
    rng = np.random.default_rng(0)
    best, devices = _parts(conductance), len(conductance)
    drawn = [_parts(conductance[rng.integers(0, devices, devices)]) for _ in range(BOOTSTRAPS)]
    return {k: Estimate(value=best[k], error=float(np.std([d[k] for d in drawn]))) for k in best}


def _parts(g: np.ndarray) -> dict[str, float]:
    cycles = g.shape[1]
    off = g - g.mean(axis=1, keepdims=True)
    fresh = (off**2).sum() / len(g) / (cycles - 1)
    device = max(g.mean(axis=1).var(ddof=1) - fresh / cycles, 0)
    # the mean of few cycles is taken off, which lowers each product of two by the variance over them
    kept = (off[:, 1:] * off[:, :-1]).mean() / fresh + 1 / cycles
    slow = float(np.clip(kept / KEPT, 0, 1)) * fresh
    return {
        "mean": float(g.mean()), "std": float(np.sqrt(device + fresh)), "std_device": float(np.sqrt(device)),
        "std_cycle": float(np.sqrt(fresh)), "std_slow": float(np.sqrt(slow)), "skewness": float(skew(g.ravel())),
        "kept": float(kept),
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
