"""What was found of a network on simulated devices, as JSON."""

from dataclasses import asdict
from typing import Any

from spicekit.network.bnn.accuracy import Accuracy
from spicekit.network.bnn.conditions import Cells
from spicekit.network.bnn.gathered import summary_of_gathered
from spicekit.network.bnn.in_array import summary_of_array
from spicekit.network.bnn.refresh import summary_of_refresh
from spicekit.network.bnn.result import SCHEMA, Result
from spicekit.network.bnn.stream_study import summary_of_streams
from spicekit.network.bnn.sweep import LOSSES, SIDES, Sweep
from spicekit.network.bnn.verify import summary_of_verified
from spicekit.network.bnn.widths import summary_of_widths


def summary_of(result: Result, provenance: dict[str, str]) -> dict[str, Any]:
    """Return the numbers as JSON.

    Intervals are for other chips and test samples, and for other trainings unless the network's `trainings` is null;
    `…_chips` for other chips alone, and those of a loss for chips and test samples.
    """
    return {
        "schema": SCHEMA,
        "provenance": provenance,
        "network": result.task.network.name,
        "weights": result.task.network.weights,
        "data": result.data,
        "accuracy_without_errors": result.sweep.without_errors,
        "majority": result.majority,
        "trainings": _trainings(result.sweep),
        "transient": result.task.transient,
        "sweep": _sweep(result.sweep),
        **_losses(result.sweep),
        "adapted": None if result.adapted is None or result.task.adapt is None
        else {"inputs": len(result.task.adapt), "sweep": _sweep(result.adapted), **_losses(result.adapted)},
        "beside": None if result.beside is None
        else {"network": result.beside.network, "accuracy_without_errors": result.beside.without_errors,
              "trainings": _trainings(result.beside),
              "sweep": _sweep(result.beside), **_losses(result.beside)},
        "by_layer": [
            {"layer": one.layer, "kind": one.kind, "weights": one.weights, "ber": one.rate, "errors_on": one.side,
             **_accuracy(one.accuracy), "loss_per_wrong_weight": one.per_weight}
            for one in result.by_layer
        ],
        "streams": None if result.streams is None else summary_of_streams(result.streams),
        "energy_against_accuracy": summary_of_widths(result.widths),
        "conditions": [
            {
                "name": found.condition.name,
                "cells": [_cells(cells) for cells in (found.cells, *found.others)],
                "gathered": None if found.gathered is None else summary_of_gathered(found.gathered),
                "verified": None if found.verified is None
                else {**summary_of_verified(found.verified), "accuracy": _accuracy(found.verified.accuracy)},
                "energy_programming": None if found.programming_energy is None
                else found.programming_energy * result.task.network.weights,
                "energy_inference": {b.name: b.total for b in result.budgets.get(found.condition.name, ())},
                "refresh": None if result.refresh is None
                else summary_of_refresh(result.refresh, found.condition.name),
                "in_array": None if (array := result.in_array.get(found.condition.name)) is None
                else {**summary_of_array(array), "cells": None if array.cells is None else _cells(array.cells)},
            }
            for found in result.conditions
        ],
    }  # fmt: skip


def _trainings(sweep: Sweep) -> dict[str, Any] | None:
    """Return what is known of other trainings of the sweep's network."""
    known = sweep.found[0].trainings
    return None if known is None else asdict(known)


def _accuracy(found: Accuracy) -> dict[str, Any]:
    (low, high), (low_chips, high_chips) = found.interval, found.interval_of_chips
    return {"low": low, "mean": found.mean, "high": high, "low_chips": low_chips, "high_chips": high_chips,
            "loss": dict(zip(("low", "mean", "high"), found.loss, strict=True)),
            "confidence": found.confidence, "chips": len(found.of_chips), "samples": found.samples,
            "wrong_weights": float(found.flipped.mean())}  # fmt: skip


def _sweep(sweep: Sweep) -> list[dict[str, Any]]:
    """Return a point for each rate: errors equally on both values, and all on one of them."""
    points = []
    for place, rate in enumerate(sweep.rates):
        sides = {"plus": sweep.plus, "minus": sweep.minus}
        one_sided = {side: _accuracy(at) if of and (at := of[place]) else None for side, of in sides.items()}
        points.append({"ber": rate, **_accuracy(sweep.found[place]), **one_sided})
    return points


def _losses(sweep: Sweep) -> dict[str, Any]:
    """Return the rates at which accuracy is lost: low, best, high, by loss; equally, and all on +1 or on -1."""
    names = {side: "ber_at_loss" + ("" if side == "both" else f"_{side}") for side in SIDES}
    return {name: {f"{loss:g}": sweep.rate_at(loss, side) for loss in LOSSES} for side, name in names.items()}


def _cells(cells: Cells) -> dict[str, Any]:
    best = cells.rates["best"]
    values = {"plus": best.plus, "minus": best.minus}
    return {
        "name": cells.name,
        "devices_per_weight": cells.devices,
        "source": best.source,
        "bound": cells.bound,
        "ber": {end: None if cells.bound and end == "best" else r.mean for end, r in cells.rates.items()},
        "ber_of_values": None if cells.bound else values,
        "accuracy": {
            e: None if cells.bound and e == "best" else _accuracy(a) for e, a in cells.accuracy.items()
        },
        "adapted": None if cells.adapted is None else _accuracy(cells.adapted),
    }
