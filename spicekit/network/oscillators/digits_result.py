"""What was found of spoken digits, as a table and as JSON."""

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from spicekit.network.oscillators.digits import Study, Trial
from spicekit.network.oscillators.rates import CONFIDENCE, Rate, rate_of
from spicekit.network.shown import Shown

SCHEMA = "spicekit.digits_result/1"
PUBLISHED = {
    "spectrogram": (None, 0.80),
    "cochleagram": (0.958, 0.996),
    "mfcc": (0.772, 0.998),
}
"""Test rates alone and with an oscillator, TI-46, same speakers: Torrejon et al., Nature 547, 428 (2017) and, for MFCC
and the cochleagram alone, Abreu Araujo et al., Sci. Rep. 10, 328 (2020). A spectrogram alone was near chance."""
WAYS_IN_WORDS = {
    "alone": "front end alone",
    "static": "amplitude without memory",
    "perfect": "nominal device, no noise",
    "nominal": "nominal device, thermal noise",
    "devices": "drawn devices, thermal noise",
}
"""What stands between the front end and the linear layer."""


@dataclass(frozen=True, repr=False)
class Result(Shown):
    """All that was found."""

    study: Study
    trials: tuple[Trial, ...]

    def gain(self, trial: Trial, part: str) -> float:
        """Return by how much a way beats the front end alone, in `part` "mixed" or "apart"."""
        alone = next(t for t in self.trials if t.front_end == trial.front_end and t.way == "alone")
        return float(getattr(trial, part).mean() - getattr(alone, part).mean())

    def rate(self, trial: Trial, part: str) -> Rate:
        """Return the share of right test recordings with its interval, in `part` "mixed" or "apart"."""
        recordings = self.study.recordings
        tested = int(recordings.test.sum()) if part == "mixed" else len(recordings.labels)
        return rate_of(getattr(trial, part), tested)

    @property
    def table(self) -> pd.DataFrame:
        """Return one row per front end and way; rates from 0 to 1."""
        rows = []
        for trial in self.trials:
            row: dict[str, Any] = {"front_end": trial.front_end, "way": trial.way, "features": trial.features,
                                   "masks": trial.mixed.shape[1]}  # fmt: skip
            for part in ("mixed", "apart"):
                rate = self.rate(trial, part)
                row |= {part: rate.mean, f"{part}_low": rate.low, f"{part}_high": rate.high,
                        f"{part}_gain": self.gain(trial, part)}  # fmt: skip
            rows.append(row)
        return pd.DataFrame(rows)


def summary_of(result: Result, provenance: dict[str, str]) -> dict[str, Any]:
    """Return what `summary.json` holds."""
    recordings = result.study.recordings
    return {
        "schema": SCHEMA,
        "provenance": provenance,
        "data": {"recordings": len(recordings.labels), "test": int(recordings.test.sum()),
                 "speakers": recordings.names, "source": recordings.source},
        "drive": asdict(result.study.drive),
        "confidence": CONFIDENCE,
        "rates": result.table.to_dict(orient="records"),
        "published": {name: {"alone": a, "oscillator": b} for name, (a, b) in PUBLISHED.items()},
    }  # fmt: skip
