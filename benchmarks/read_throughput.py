"""CPU per sample of the same reads done four ways, side by side: the ratios are the result.

Every way runs in a process of its own with one BSIM4 thread and the system's libngspice. Repeats are interleaved; start
and load of the process are in no figure, except for `ngspice -b`, which starts anew for every sample.
"""

import argparse
import contextlib
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from pcsa_read import circuit, draw, load, median_and_range
from written_out import netlist, save_line, vectors

from spicekit.ngspice import Deck
from spicekit.ngspice.evaluate import evaluate_here
from spicekit.ngspice.libngspice import candidates

OURS = "spicekit `evaluate`"
AGREE = 1e-6  # relative; 9e-10 is what reading 17 digits with two parsers leaves, on an energy


def main() -> int:
    """Measure, print a table, and return 0 if all ways agree."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=50, help="per repeat and way")
    parser.add_argument("--repeats", type=int, default=7)
    args = parser.parse_args()

    os.environ["OMP_THREAD_LIMIT"] = "1"  # for the others' sake; `evaluate` sees to it itself
    os.environ["NGSPICE_LIBRARY_PATH"] = candidates()[0]  # sedes would take the one it brings along
    print(f"{args.samples} samples; load {load()}; {' · '.join(f'{i}: {way}' for i, way in enumerate(WAYS))}")
    spent: dict[str, list[float]] = {way: [] for way in WAYS}
    apart = dict.fromkeys(WAYS, 0.0)
    with contextlib.ExitStack() as stack:
        pools = {
            way: stack.enter_context(ProcessPoolExecutor(1, get_context("spawn"), _enter_empty_folder))
            for way in WAYS
        }
        for way, pool in pools.items():
            pool.submit(measured, way, 3, 0).result()  # loads what there is to load
        for repeat in range(args.repeats):
            results = {
                way: pool.submit(measured, way, args.samples, repeat).result() for way, pool in pools.items()
            }
            for way, (cpu, measurements) in results.items():
                spent[way].append(cpu)
                difference = np.abs(measurements / results[OURS][1] - 1).max()
                apart[way] = max(apart[way], float(difference))
            print(
                f"repeat {repeat + 1}: " + "  ".join(f"{cpu:6.2f}" for cpu, _ in results.values()), flush=True
            )
    print(f"\n| way | CPU ms per sample | times {OURS} | largest difference |\n| --- | --- | --- | --- |")
    for way, cpu in spent.items():
        ratios = [a / b for a, b in zip(cpu, spent[OURS], strict=True)]
        print(f"| {way} | {statistics.median(cpu):.1f} | {median_and_range(ratios, 2)} | {apart[way]:.0e} |")
    print(f"\nmedian (lowest … highest) of {args.repeats} interleaved repeats; load {load()}")
    return int(max(apart.values()) > AGREE)


def measured(way: str, samples: int, seed: int) -> tuple[float, np.ndarray]:
    """Return (CPU ms per sample, measurements) of one way; runs in the way's own process."""
    read = circuit()
    values = draw(read, samples, seed)
    before = _cpu()
    measurements = WAYS[way](read.deck, values)
    return (_cpu() - before) / samples * 1e3, measurements


def by_batch(deck: Deck, values: np.ndarray) -> np.ndarray:
    """Run one `ngspice -b` process per sample, which writes the waves to a file."""
    results = []
    for row in values:
        control = f"run\nwrdata out.txt {save_line(deck).removeprefix('.save ')}\nquit 0"
        settings = "set num_threads=1\nset numdgt=16\nset wr_singlescale"
        text = netlist(deck, row).replace("\n.end\n", f"\n.control\n{settings}\n{control}\n.endc\n.end\n")
        Path("sample.cir").write_text(text, encoding="utf-8")
        subprocess.run(["ngspice", "-b", "sample.cir"], check=True, capture_output=True)
        results.append(
            _measure(deck, dict(zip(["time", *vectors(deck)], np.loadtxt("out.txt").T, strict=True)))
        )
    return np.array(results)


def by_pyspice(deck: Deck, values: np.ndarray) -> np.ndarray:
    """Build a circuit and a simulator per sample and call its `transient`; ngspice stays in the process."""
    from PySpice.Spice.Netlist import Circuit  # here, as it would load ngspice into the other ways' processes

    results = []
    for row in values:
        _, *lines = netlist(deck, row).splitlines()
        own = (".tran", ".options", ".end")  # PySpice writes these; `.ends` is not `.end`
        circuit = Circuit(deck.name)
        circuit.raw_spice = "\n".join(line for line in lines if line.split(" ")[0] not in own)
        simulator = circuit.simulator(temperature=27, nominal_temperature=27, simulator="ngspice-shared")
        analysis = simulator.transient(
            step_time=5e-11, end_time=deck.stop_time, start_time=0, max_time=5e-11, use_initial_condition=True
        )
        waves = {name: np.array(wave) for name, wave in analysis.nodes.items()}
        waves |= {f"{name}#branch": np.array(wave) for name, wave in analysis.branches.items()}
        results.append(_measure(deck, waves | {"time": np.array(analysis.time)}))
    return np.array(results)


def by_sedes(deck: Deck, values: np.ndarray) -> np.ndarray:
    """Give all netlists as one batch to a pool of one worker, which loads each anew."""
    import sedes  # here: an optional package

    global _sedes_pool
    if _sedes_pool is None:
        _sedes_pool = sedes.SimulationPool(workers=1)
    jobs = [(netlist(deck, row), ["run"]) for row in values]
    results = []
    for result in _sedes_pool.run_simulations_batch(jobs):
        if not result.success:
            raise RuntimeError(f"sedes: {result.error}; {result.log[-3:]}")
        results.append(_measure(deck, {name.lower(): wave for name, wave in result.vectors_dict().items()}))
    return np.array(results)


def by_evaluate(deck: Deck, values: np.ndarray) -> np.ndarray:
    """Alter the loaded deck and run it."""
    return evaluate_here(deck, values).measurements


WAYS: dict[str, Callable[[Deck, np.ndarray], np.ndarray]] = {
    "`ngspice -b` per sample": by_batch,
    "PySpice `simulator.transient` per sample": by_pyspice,
    "sedes batch, 1 worker": by_sedes,
    OURS: by_evaluate,
}
_sedes_pool = None
_folder: tempfile.TemporaryDirectory | None = None  # of this process


def _measure(deck: Deck, waves: dict[str, np.ndarray]) -> list[float]:
    return [measurement(waves) for measurement in deck.measurements]


def _enter_empty_folder() -> None:
    global _folder
    _folder = tempfile.TemporaryDirectory()
    os.environ["HOME"] = _folder.name  # no `.spiceinit` for anyone
    os.chdir(_folder.name)


def _cpu() -> float:
    """Return the CPU seconds of this process, its ended children and (Linux) its running ones."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    running = 0
    for children in Path("/proc/self/task").glob("*/children"):
        for child in children.read_text().split():
            times = [t.read_text().split()[0] for t in Path(f"/proc/{child}/task").glob("*/schedstat")]
            running += sum(int(t) for t in times)
    return time.process_time() + ended.ru_utime + ended.ru_stime + running / 1e9


if __name__ == "__main__":
    sys.exit(main())
