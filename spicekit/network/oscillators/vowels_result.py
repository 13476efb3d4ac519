"""What was found of vowels, as a table and as JSON."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from spicekit.network.oscillators.baselines import Baseline
from spicekit.network.oscillators.differences import Difference, differences_of
from spicekit.network.oscillators.rates import CONFIDENCE, Rate, rate_of
from spicekit.network.oscillators.scan import Point
from spicekit.network.oscillators.vowels import Findings, Study, tests_of
from spicekit.network.shown import Shown

SCHEMA = "spicekit.vowels_result/1"
PUBLISHED = 0.88  # of test tokens, four oscillators, seven vowels: Romera et al., Nature 563, 230 (2018)
WAYS_IN_WORDS = {
    "perfect": "nominal devices, no noise",
    "noisy": "nominal devices, thermal noise",
    "designed": "drawn devices, nothing learned on the chip",
    "calibrated": "drawn devices, currents set by free frequencies",
    "online": "drawn devices, currents tuned by the rule",
    "offline": "drawn devices, calibrated, map fitted to each chip",
}
"""The trials of `WAYS`: which devices, and what was set or learned on the chip."""


@dataclass(frozen=True, repr=False)
class Result(Shown):
    """All that was found."""

    study: Study
    findings: Findings
    baselines: tuple[Baseline, ...]
    scan: tuple[Point, ...]  # empty: not asked for

    @property
    def learned(self) -> int:
        """Numbers learned beside the table: linear map and currents."""
        return self.findings.first_split.tone_map.parameters + self.study.choice.oscillators

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Which way is better, on the same splits and chips."""
        trained = float(np.mean([1 - test.mean() for test in tests_of(self.study)]))
        return differences_of(self.findings.trials, self.baselines, 1 / trained - 1, self.tested)

    @property
    def tested(self) -> int:
        """Tokens that are in the test of any split, each counted once."""
        return int(np.any(tests_of(self.study), axis=0).sum())

    def rate(self, test: np.ndarray) -> Rate:
        """Return the mean of shares of right test tokens, (splits, chips) or (splits,), with its interval."""
        return rate_of(test, self.tested)

    @property
    def table(self) -> pd.DataFrame:
        """Return one row per way and per usual classifier; accuracies from 0 to 1."""
        rows = []
        for way, trial in self.findings.trials.items():
            rows.append(
                self._row(f"oscillators, {way}", self.learned, trial.states.mean(), trial.train, trial.test)
            )
        for found in self.baselines:
            rows.append(self._row(found.name, found.parameters, 0.0, found.train, found.test))
        return pd.DataFrame(rows)

    def _row(
        self, name: str, parameters: int, entries: float, train: np.ndarray, test: np.ndarray
    ) -> dict[str, Any]:
        rate = self.rate(test)
        return {
            "classifier": name,
            "parameters": parameters,
            "table_entries": round(float(entries), 1),
            "train": float(train.mean()),
            "test": rate.mean,
            "test_low": rate.low,
            "test_high": rate.high,
            "test_p05": rate.band[0],
            "test_p95": rate.band[1],
            "splits": rate.splits,
            "chips": rate.chips,
        }


def published_rate(study: Study) -> float | None:
    """Return the published test rate for this task, or None if it was another one."""
    same = study.vowels.name == "hillenbrand" and len(study.vowels.classes) == 7
    return PUBLISHED if same and study.choice.oscillators == 4 else None


def summary_of(result: Result, provenance: dict[str, str]) -> dict[str, Any]:
    """Return what `summary.json` holds."""
    study, nominal = result.study, result.findings.nominal
    return {
        "schema": SCHEMA,
        "provenance": provenance,
        "data": {
            "name": study.vowels.name,
            "groups": study.vowels.groups,
            "tokens": len(study.vowels.labels),
            "left_out": study.vowels.left_out,
            "talkers": study.vowels.number_of_talkers,
            "classes": study.vowels.classes,
            "source": study.vowels.source,
        },
        "network": {
            "oscillators": study.choice.oscillators,
            "currents": nominal.currents.tolist(),
            "frequencies": nominal.frequencies.tolist(),
            "drive": nominal.wiring.drive,
            "record": nominal.record,
            "settle": nominal.settle,
            "coupling": study.choice.coupling,
            "noise": study.choice.noise,
            "spread": study.choice.spread,
        },
        "confidence": CONFIDENCE,
        "classifiers": result.table.to_dict(orient="records"),
        "differences": [asdict(one) | {"verdict": one.verdict} for one in result.differences],
        "published_test": published_rate(study),
        "online_right_per_epoch": result.findings.learning.mean((1, 2)).tolist(),
        "calibrated_currents_at_limit": result.findings.at_limit,
        "scan": [
            {"factor": p.factor, "value": p.value, "test": None if p.test is None else float(p.test.mean()),
             "refused": p.refused}
            for p in result.scan
        ],
    }  # fmt: skip
