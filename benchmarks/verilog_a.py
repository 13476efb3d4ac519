"""What a pulse on a memory device costs: subcircuit in ngspice, Verilog-A in VACASK, compiled Verilog-A in ngspice.

A device behind a resistor, without transistors: python benchmarks/verilog_a.py [REPEATS]
"""

import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from pcsa_read import load, median_and_range

from spicekit.models import cross_check, vacask
from spicekit.models.rram import RramModel, load_rram
from spicekit.models.verilog_a import compiled
from spicekit.ngspice import compile_model, evaluate, find_program, loads_osdi, ngspice_version
from spicekit.ngspice.verilog_a import module_name

PULSES = 40  # per repeat
WIDTH, STEPS, TOLERANCE = 1e-6, 25, 1e-4  # as sweeps have them
ROOM = 300.15  # K


def benches(model: RramModel) -> dict[str, vacask.Testbench]:
    """Return a SET pulse on the high and a RESET pulse on the low resistance state."""
    series = cross_check.SERIES["cycle"]
    return {
        name: vacask.Testbench(
            cross_check.pulses(((voltage, WIDTH),)), series, gap, ROOM, WIDTH / STEPS, TOLERANCE
        )
        for name, voltage, gap in (
            ("SET", cross_check.SET, model.initial.hrs.value),
            ("RESET", cross_check.RESET, model.initial.lrs.value),
        )
    }


def in_ngspice(model: RramModel, bench: vacask.Testbench) -> float:
    """Return CPU s per pulse; the deck is loaded before."""
    deck = cross_check.ngspice_deck(model, bench)
    rows = np.tile(deck.row(), (PULSES, 1))
    evaluate(deck, rows[:1])
    start = time.process_time()
    outcomes = evaluate(deck, rows)[1]
    assert all(o.ok for o in outcomes)
    return (time.process_time() - start) / PULSES


def in_vacask(model: RramModel, bench: vacask.Testbench) -> tuple[float, float]:
    """Return CPU s per pulse (many analyses in one process, less one with a single analysis), and s of the start."""
    library = compile_model(model.verilog_a)
    text = vacask.netlist(model, bench, module_name(model.verilog_a), str(library))
    line = next(line for line in text.splitlines() if line.startswith("  analysis"))
    many = "\n".join(line.replace("analysis tran ", f"analysis tran{k} ") for k in range(PULSES + 1))
    one, all_of_them = (_children_cpu(t) for t in (text, text.replace(line, many)))
    cost = (all_of_them - one) / PULSES
    return cost, one - cost


def end_gap(waves: dict[str, np.ndarray]) -> float:
    """Return the gap at the end [nm]."""
    return float(waves["gap"][-1])


def _children_cpu(text: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "bench.sim").write_text(text, encoding="utf-8")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [find_program("vacask"), "--skip-postprocess", "--quiet-progress", "bench.sim"]
        subprocess.run(command, cwd=folder, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(repeats: int = 7) -> None:
    """Measure and print."""
    model = load_rram()
    print(
        f"ngspice {ngspice_version()}, load {load()}, {repeats} repeats of {PULSES} pulses, CPU ms per pulse"
    )
    for name, bench in benches(model).items():
        tight = replace(bench, relative_tolerance=1e-7, step=bench.step / 40)
        reference = end_gap(cross_check.in_ngspice(model, tight))
        rows = [(in_ngspice(model, bench), *in_vacask(model, bench)) for _ in range(repeats)]
        ngspice, other, start = (np.array(column) * 1e3 for column in zip(*rows, strict=True))
        errors = {
            "ngspice": end_gap(cross_check.in_ngspice(model, bench)) - reference,
            "VACASK": end_gap(vacask.simulate(model, bench)) - reference,
        }
        print(f"{name:6} subcircuit in ngspice {median_and_range(ngspice, 2)}")
        print(
            f"{'':6} Verilog-A in VACASK   {median_and_range(other, 2)}, start of the process {np.median(start):.0f}"
        )
        print(f"{'':6} ratio                 {median_and_range(ngspice / other, 2)}")
        if loads_osdi():
            fast = np.array([in_ngspice(compiled(model), bench) for _ in range(repeats)]) * 1e3
            errors["compiled"] = end_gap(cross_check.in_ngspice(compiled(model), bench)) - reference
            print(f"{'':6} compiled in ngspice   {median_and_range(fast, 2)}")
        print(f"{'':6} error of the last gap, nm: {', '.join(f'{k} {v:.1e}' for k, v in errors.items())}")


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))
