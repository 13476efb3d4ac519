"""A whole array written and read back in one ngspice transient: every bit, wall time, memory.

Usage: python benchmarks/whole_array.py [--rows 8] [--columns 8] [--seed 1] [--die 0] [--condition typical] [--exact]
[--form osdi] [--klu] [--beside] [-o FILE]
"""

import argparse
import json
import resource
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from spicekit.circuits.array.wires import Lines, cell_loads
from spicekit.circuits.cell import Technology
from spicekit.experiment.file import checked, find_spec
from spicekit.models.array import load_array
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.rram import load_rram
from spicekit.models.verilog_a import compiled
from spicekit.ngspice.evaluate import evaluate_here
from spicekit.readers import parse_toml, toml_text
from spicekit.studies.array.simulate import simulate_drawn
from spicekit.studies.array.study import die_circuits
from spicekit.studies.array.whole import DrawnArray, draw_array, simulate_array
from spicekit.studies.memory.condition import Condition


def main() -> None:
    """Simulate one die and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=8)
    parser.add_argument("--columns", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--die", type=int, default=0)
    parser.add_argument("--xnor", type=int, default=1, help="rows that are taken with an input word")
    parser.add_argument("--condition", default="typical", help="of sweeps/programming_conditions.toml")
    parser.add_argument(
        "--exact", action="store_true", help="devices without voltage compute their speed too"
    )
    parser.add_argument(
        "--beside", action="store_true", help="the same cells, the others as loads on their lines"
    )
    parser.add_argument(
        "--klu", action="store_true", help="solve by KLU, which large arrays need; ngspice 42 or newer"
    )
    parser.add_argument(
        "--form",
        choices=("subcircuit", "osdi"),
        default="subcircuit",
        help="equations in SPICE, or compiled Verilog-A",
    )
    parser.add_argument("-o", "--output", type=Path, help="all bits as JSON")
    args = parser.parse_args()
    rram = compiled(load_rram()) if args.form == "osdi" else load_rram()
    technology = Technology(sky130("tt"), rram, load_design())
    shape = (args.rows, args.columns)
    began, used = time.time(), _cpu()
    drawn = draw_array(
        technology,
        load_array(),
        _condition(args.condition),
        shape,
        args.seed,
        args.die,
        args.xnor,
        args.exact,
    )
    if args.klu:
        drawn = _by_klu(drawn)
    drawn_at, drawn_cpu = time.time(), _cpu()
    bits, counts, energies, outcome = simulate_array(drawn, evaluate_here)  # in this process: its memory
    wall, cpu = time.time() - drawn_at, _cpu() - drawn_cpu
    wrong = bits[np.sign(bits["decision"]) != bits["stored"]]
    late = bits[~np.isfinite(bits["delay"])]
    said = {
        "rows": args.rows, "columns": args.columns, "seed": args.seed, "die": args.die, "outcome": outcome,
        "netlist_MB": round(len(drawn.circuit.deck.netlist) / 1e6, 2),
        "simulated_us": round(drawn.circuit.plan.stop * 1e6, 2),
        "prepare_s": round(drawn_at - began, 1), "prepare_cpu_s": round(drawn_cpu - used, 1),
        "transient_s": round(wall, 1), "transient_cpu_s": round(cpu, 1),
        "memory_MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, 1),
        "errors": wrong[["row", "column", "stored", "decision", "margin"]].to_dict("records"),
        "undecided": len(late), "bits": len(bits),
        "worst_margin_mV": round(1e3 * float(bits["margin"].min()), 3),
        "mean_margin_mV": round(1e3 * float(bits["margin"].mean()), 3),
        "median_delay_ps": round(1e12 * float(bits["delay"].median()), 1),
        "slowest_delay_ps": round(1e12 * float(bits["delay"].max()), 1),
        "moved_nm": {
            side: float((bits[f"{side}_gap"] - bits[f"{side}_written"]).abs().max()) for side in ("left", "right")
        },
        "counts": counts.to_dict("records"),
        "energies_pJ": {name: round(1e12 * value, 4) for name, value in energies.items()},
    }  # fmt: skip
    if args.beside:
        said["beside"] = _beside(technology, drawn, bits, _condition(args.condition))
    print(json.dumps(said, indent=1, default=float))
    if args.output:
        args.output.write_text(json.dumps(said | {"all": bits.to_dict("list")}, default=float) + "\n")


def _beside(
    technology: Technology, drawn: DrawnArray, bits: pd.DataFrame, condition: Condition
) -> dict[str, float]:
    """Return how far the same cells lie off that are simulated one by one."""
    lines = Lines(
        load_array(), cell_loads(technology), int(bits["row"].max()) + 1, int(bits["column"].max()) + 1
    )
    circuits = die_circuits(technology, condition, lines)
    die = replace(drawn.die, given=np.ones_like(drawn.die.given))  # as the read-back
    began, used = time.time(), _cpu()
    one = simulate_drawn(circuits, die)
    plus = die.stored > 0
    low = np.where(plus, bits["left_gap"], bits["right_gap"])
    high = np.where(plus, bits["right_gap"], bits["left_gap"])
    margin, delay = one["margin"] / bits["margin"] - 1, one["delay"] / bits["delay"] - 1
    return {
        "cells_s": round(time.time() - began, 1), "cells_cpu_s": round(_cpu() - used, 1),
        "bits_that_differ": int(((one["margin"] > 0) != (bits["margin"] > 0)).sum()),
        "lrs_gap_off_nm": float((one["lrs_gap"] - low).abs().max()),
        "hrs_gap_off_nm": float((one["hrs_gap"] - high).abs().max()),
        "margin_off_mean": float(margin.mean()), "margin_off_std": float(margin.std()),
        "margin_off_worst": float(margin.abs().max()),
        "delay_off_mean": float(delay.mean()), "delay_off_worst": float(delay.abs().max()),
    }  # fmt: skip


def _by_klu(drawn: DrawnArray) -> DrawnArray:
    deck = drawn.circuit.deck
    # with `bypass`, KLU ended one of two kilobits with "timestep too small"
    text = deck.netlist.replace(".options ", ".options klu ", 1).replace(" bypass=1", "", 1)
    klu = replace(deck, netlist=text)
    return replace(drawn, circuit=replace(drawn.circuit, deck=klu))


def _cpu() -> float:
    here, workers = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return here.ru_utime + here.ru_stime + workers.ru_utime + workers.ru_stime


def _condition(name: str) -> Condition:
    path = find_spec("programming_conditions")
    for one in checked(parse_toml(path, toml_text(path)), path).conditions:
        if one.name == name:
            return Condition(one.name, one.set_compliance, one.reset_voltage, one.pulse_width)
    raise SystemExit(f"no condition `{name}` in {path}")


if __name__ == "__main__":
    main()
