"""CPU per sample of `evaluate`, Python included, against ngspice's own in-place loop over the very same samples.

The loop is one `ngspice -b` process: per sample it alters every parameter, runs, takes the same four measurements,
prints them, and destroys the plot. The bare loop takes none: the least that ngspice can do. Start and load are not
counted.
"""

import argparse
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from pcsa_read import circuit, draw, load, median_and_range

from spicekit.circuits.read import ReadDeck
from spicekit.ngspice import Deck
from spicekit.ngspice.evaluate import evaluate_here
from spicekit.ngspice.measure import Crossing, Difference, Energy, Imbalance

TARGET = 1.10
AGREE = 1e-9  # relative, on every measurement


def main() -> int:
    """Measure, print, and return 0 if results agree and the target is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=200, help="per repeat")
    parser.add_argument("--repeats", type=int, default=7)
    args = parser.parse_args()

    read = circuit()
    values = draw(read, args.samples)
    ours = evaluate_here(read.deck, values)
    print(f"{args.samples} samples, {values.shape[1]} parameters each; load {load()}")
    print("repeat   bare loop   full loop   evaluate   /bare   /full   (CPU ms per sample)")
    bare, measured, worst = [], [], 0.0
    for repeat in range(args.repeats):
        loop, _ = loop_cpu(read, values, measure=False)
        full, theirs = loop_cpu(read, values, measure=True)
        start = time.process_time()
        evaluate_here(read.deck, values)
        used = (time.process_time() - start) / len(values) * 1e3
        worst = max(worst, float(np.max(np.abs(theirs / ours.measurements - 1))))
        bare.append(used / loop)
        measured.append(used / full)
        print(
            f"{repeat + 1:6d}   {loop:9.2f}   {full:9.2f}   {used:8.2f}   {bare[-1]:5.3f}   {measured[-1]:5.3f}"
        )
    print(f"evaluate / bare loop:      {median_and_range(bare)}")
    print(f"evaluate / full loop: {median_and_range(measured)} (target {TARGET:.2f})")
    print(f"largest relative difference of any measurement: {worst:.1e} (allowed {AGREE:g}); load {load()}")
    return int(statistics.median(measured) > TARGET or worst > AGREE)


def loop_cpu(read: ReadDeck, values: np.ndarray, measure: bool) -> tuple[float, np.ndarray]:
    """Return CPU ms per sample of the loop, its start and load subtracted, and what it measured."""
    empty, _ = _ngspice(loop_netlist(read.deck, values[:0], measure))
    used, output = _ngspice(loop_netlist(read.deck, values, measure))
    return (used - empty) / len(values) * 1e3, parsed(read.deck, output) if measure else np.empty(0)


def loop_netlist(deck: Deck, values: np.ndarray, measure: bool) -> str:
    """Return the deck with the loop written out as a control block; only what is measured is saved."""
    lines = ["set num_threads=1", "set numdgt=16"]
    for row in values:
        lines += [p.set_to(v) for p, v in zip(deck.parameters, row.tolist(), strict=True)]
        lines += ["run", *(measuring_commands(deck) if measure else ()), "destroy all"]
    control = ".control\n" + "\n".join([*lines, "quit 0"]) + "\n.endc\n"
    wanted = dict.fromkeys(v for m in deck.measurements for v in m.vectors)
    save = ".save " + " ".join(
        f"i({v.removesuffix('#branch')})" if v.endswith("#branch") else f"v({v})" for v in wanted
    )
    return deck.netlist.replace("\n.end\n", f"\n{save}\n{control}.end\n")


def measuring_commands(deck: Deck) -> list[str]:
    """Return the deck's measurements in ngspice's own words, printed with 17 digits.

    Not with `meas`: it costs as much, but rounds to 7 digits, and its integral leaves out a part of the first steps.
    """
    commands = ["let d = v(q)-v(qb)", "let m = abs(d)", "let last = length(time)-1"]
    for m in deck.measurements:
        match m:
            case Difference():
                commands.append(f"let {m.name} = d[last]")
            case Crossing():
                commands += _reached(m.name, m.level, m.start)
            case Imbalance():
                commands += _reached("t", m.level, m.start)
                commands.append(
                    f"let {m.name} = {m.level:.17g}*exp(-t/{m.time_constant:.17g})*d[last]/abs(d[last])"
                )
            case Energy():
                commands += [
                    "let p = -v(vdd)*i(vdd)",
                    "let steps = (p[1,last]+p[0,last-1])*(time[1,last]-time[0,last-1])",
                    f"let {m.name} = mean(steps)*last/2 + p[0]*time[0]",
                ]
    return [*commands, "print " + " ".join(m.name for m in deck.measurements)]


def _reached(name: str, level: float, start: float) -> list[str]:
    """The first point above the level: here the outputs stay apart once they are."""
    return [
        f"let k = floor(mean((time le {start:.17g}) or (m lt {level:.17g}))*length(time)+0.5)",
        f"let {name} = time[k-1]+({level:.17g}-m[k-1])*(time[k]-time[k-1])/(m[k]-m[k-1])-{start:.17g}",
    ]


def parsed(deck: Deck, output: str) -> np.ndarray:
    """Return (samples, measurements) from the printed results."""
    columns = [
        [float(x) for x in re.findall(rf"^{m.name} = (\S+)$", output, re.MULTILINE)]
        for m in deck.measurements
    ]
    return np.array(columns).T


def _ngspice(netlist: str) -> tuple[float, str]:
    """Run `ngspice -b` in an empty folder; return its CPU seconds and what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "loop.cir").write_text(netlist, encoding="utf-8")
        environment = os.environ | {"OMP_THREAD_LIMIT": "1", "HOME": folder}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            ["ngspice", "-b", "loop.cir"],
            cwd=folder,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


if __name__ == "__main__":
    sys.exit(main())
