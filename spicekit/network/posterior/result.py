"""What was found of a posterior in the array, as JSON."""

from typing import Any

from spicekit.network.posterior.judge import Judged, Mean
from spicekit.network.posterior.study import Found, measures
from spicekit.network.posterior.ways import POSTERIOR

SCHEMA = "spicekit.posterior_result/1"


def summary_of(found: Found, provenance: dict[str, str]) -> dict[str, Any]:
    """Return all numbers as plain data; what was not measured is absent."""
    asked = found.asked
    return {
        "schema": SCHEMA,
        "provenance": provenance,
        "task": asked.task.name,
        "data": asked.task.said,
        "network": {"features": asked.net.features, "hidden": asked.hidden, "classes": asked.net.classes,
                    "parameters": asked.net.parameters, "copies": asked.copies, "steps": asked.steps,
                    "hidden_wide": asked.wide.hidden, "dropout": 1 - asked.kept, "conductance_low": asked.low,
                    "conductance_high": asked.high},
        "ways": {
            way.name: _of(found, found.judged[way.name])
            | {"temperatures": way.temperature.tolist()}
            | _less(found, way.name)
            | ({"devices": cost.devices, "programming": cost.programming, "reads": cost.reads,
                "inference": cost.inference} if (cost := found.costs.get(way.name)) else {})
            for way in found.learned.ways
        },
        "calibration": {name: [list(b) for b in one.calibration] for name, one in found.judged.items()},
        "fewer_copies": {
            name: [{"copies": n} | _of(found, one) for n, one in each] for name, each in found.fewer.items()
        },
        "ageing": [
            {"cycles": a.cycles, "ways": {name: _of(found, one) for name, one in a.judged.items()}}
            | ({"ber_2t2r": list(a.ber)} if a.ber else {})
            for a in found.aged
        ],
    }  # fmt: skip


def _of(found: Found, one: Judged) -> dict[str, Any]:
    means = {
        key: _ends(found.mean(key, one)) or {"mean": float(values.mean())}
        for key, values in measures(one).items()
    }
    by_disagreement = {kind: float(values.mean()) for kind, values in one.told_by_disagreement.items()}
    return (
        {"splits": len(one.right)}
        | means
        | {"calibration_error": one.calibration_error}
        | ({"told_by_disagreement": by_disagreement} if by_disagreement else {})
    )


def _less(found: Found, name: str) -> dict[str, Any]:
    if name == POSTERIOR:
        return {}
    less = {key: _ends(found.less(key, name)) for key in measures(found.judged[name])}
    return {"posterior_less_this": less} if all(less.values()) else {}


def _ends(found: Mean | None) -> dict[str, float] | None:
    return {"low": found.low, "mean": found.mean, "high": found.high} if found else None
