"""What was found of learning in the array, as JSON."""

from typing import Any

from spicekit.network.bnn.energy import Budget
from spicekit.network.mcmc.methods import COPIES, DRAWS
from spicekit.network.mcmc.predict import Difference, Score
from spicekit.network.mcmc.study import Found

SCHEMA = "spicekit.mcmc_result/1"
_PROGRAMMED = {COPIES: "", DRAWS: "_draws"}  # ends of keys


def summary_of(found: Found, provenance: dict[str, str]) -> dict[str, Any]:
    """Return all numbers as plain data; what was not measured is absent."""
    asked = found.asked
    return {
        "schema": SCHEMA,
        "provenance": provenance,
        "task": asked.task.name,
        "data": asked.task.said,
        "majority": asked.task.majority,
        "array": {"devices": asked.devices, "rows": asked.rule.rows, "held_at_most": asked.rule.held,
                  "parameters": asked.model.parameters, "hidden": asked.hidden, "sweeps": asked.steps,
                  "blocks": asked.rule.blocks, "proposals": found.learned.proposals,
                  "conductance_low": asked.code.low, "conductance_high": asked.code.high,
                  "prior_std": asked.code.prior_std, "shape": found.law.shape,
                  "device_share": found.law.device_share, "slow_share": found.law.slow_share,
                  "cycle_correlation": found.law.correlation},
        "methods": {
            m.name: _score(m.score) | _given(
                {"note": m.note or None, "array_less_this": _ends(found.less(m)) if k else None}
            )
            for k, m in enumerate(found.methods)
        },
        "calibration": {m.name: [list(b) for b in m.score.calibration] for m in found.methods},
        "diagnosis": {
            name: {"acceptance": d.acceptance, "models": d.models}
            | _given({"effective_samples": d.effective, "effective_samples_least": d.least, "r_hat": d.r_hat})
            | ({"means_from_nuts": found.distances[name].mean, "spread_over_nuts": found.distances[name].std,
                "correlation_of_means": found.distances[name].correlation} if name in found.distances else {})
            for name, d in found.diagnoses.items()
        },
        "out_of_distribution": found.out_of_distribution,
        "ageing": [
            _given({"cycles": a.cycles, "ber_2t2r": list(a.ber) if a.ber else None})
            | {ratio: _score(s) | {"acceptance": a.acceptance[ratio]} for ratio, s in a.scores.items()}
            | {f"programmed{key}": _score(a.programmed[name]) for name, key in _PROGRAMMED.items()}
            | _given({f"exact_less_programmed{key}": _ends(a.less[name]) for name, key in _PROGRAMMED.items()})
            | {"out_of_distribution": a.told}
            for a in found.aged
        ],
        "energy": None if found.budget is None else _budget(found.budget),
        "energy_of_controls": {b.name: _budget(b) for b in found.controls},
        "duration": None if found.duration is None else
        {"programming": found.duration[0], "reading": found.duration[1]},
        "cpu_seconds": found.cpu,
    }  # fmt: skip


def _score(s: Score) -> dict[str, Any]:
    return {"low": s.interval[0], "mean": s.mean, "high": s.interval[1], "confidence": s.confidence,
            "splits": len(s.of_splits), "log_loss": s.log_loss, "calibration_error": s.calibration_error}  # fmt: skip


def _ends(found: Difference | None) -> dict[str, float] | None:
    return {"low": found.low, "mean": found.mean, "high": found.high} if found else None


def _budget(found: Budget) -> dict[str, Any]:
    return {"total": found.total,
            "items": {i.name: {"count": i.count, "energy": i.energy} for i in found.items}}  # fmt: skip


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
