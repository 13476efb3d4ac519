"""A sweep under `kill -9` at random moments, half of the parent and half of a worker, against the same undisturbed.

About half of its time goes into samples, the other half into rare-event estimates, which are killed, too.

Passes if both `table.csv` are the same, byte for byte. Linux (finds the workers in /proc).
"""

import argparse
import filecmp
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

SPEC = """schema = "spicekit.sweep/1"
name = "chaos"
seed = 7
[monte_carlo]
samples = {samples}
[estimate]
max_runs = {runs}
[[conditions]]
name = "strong"
set_compliance = "200 uA"
reset_voltage = "2.5 V"
pulse_width = "1 us"
[[conditions]]
name = "short"
set_compliance = "200 uA"
reset_voltage = "2.0 V"
pulse_width = "100 ns"
"""


@dataclass
class Counts:
    """What was done to the sweep."""

    starts: int = 0
    parents: int = 0
    workers: int = 0
    estimating: int = 0  # kills that fell into estimates


def main() -> int:
    """Run both sweeps, print the counts, and return 0 if the tables are the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=150, help="per condition; there are two")
    parser.add_argument("--runs", type=int, default=300, help="of each rare-event estimate; there are four")
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder to work in and keep; default: a temporary one")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        spec = folder / "chaos.toml"
        spec.write_text(SPEC.format(samples=args.samples, runs=args.runs), encoding="utf-8")
        start = time.monotonic()
        quiet = _sweep(spec, folder / "quiet")
        if quiet.wait() != 0:
            print(f"the undisturbed sweep ended with exit code {quiet.returncode}")
            return 1
        undisturbed = time.monotonic() - start
        print(f"undisturbed: {undisturbed:.0f} s", flush=True)
        start = time.monotonic()
        counts = disturbed(spec, folder / "chaos", args.kills, random.Random(args.seed), undisturbed)
        print(
            f"killed: parent {counts.parents}×, worker {counts.workers}×, {counts.estimating} during estimates; "
            f"started {counts.starts}×",
            flush=True,
        )
        print(f"disturbed: {time.monotonic() - start:.0f} s")
        same = filecmp.cmp(folder / "quiet" / "table.csv", folder / "chaos" / "table.csv", shallow=False)
        print(f"table.csv: {'the same, byte for byte' if same else 'DIFFERENT'}")
        return int(not same or counts.parents + counts.workers < args.kills)


def disturbed(spec: Path, output: Path, kills: int, rng: random.Random, undisturbed: float) -> Counts:
    """Run the sweep, kill parent or worker at random moments, start it again until it finishes by itself."""
    counts = Counts()
    pause = 1.5 * undisturbed / kills  # mean time between two kills, so that all fall into the run
    victims = ["parent", "worker"] * (kills // 2) + ["worker"] * (kills % 2)
    rng.shuffle(victims)
    process = None
    while process is None or process.poll() != 0:
        if process is None or process.poll() is not None:
            if process is not None and process.returncode not in (-signal.SIGKILL, 0):
                raise SystemExit(f"the disturbed sweep ended with exit code {process.returncode}")
            counts.starts += 1
            process = _sweep(spec, output)
        if not victims:
            process.wait()
            continue
        try:
            process.wait(rng.uniform(0.02, 2 * pause))
            continue
        except subprocess.TimeoutExpired:
            pass
        estimating = _estimating(output)
        if victims[-1] == "parent":
            process.kill()
            process.wait()
            counts.parents += 1
            victims.pop()
        elif workers := simulating(process.pid):
            try:
                os.kill(rng.choice(workers), signal.SIGKILL)
            except ProcessLookupError:
                continue  # it ended by itself just now
            counts.workers += 1
            victims.pop()
        else:
            continue
        counts.estimating += estimating
    return counts


def _estimating(output: Path) -> bool:
    """Return whether the sweep has come to its estimates, and has not ended."""
    manifest = output / "manifest.json"
    said = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}
    return "finished" not in said and any(name.startswith("rare/") for name in said.get("identities", ()))


def simulating(parent: int) -> list[int]:
    """Return the worker processes of `parent`: its children, without multiprocessing's resource tracker."""
    found = []
    for children in Path(f"/proc/{parent}/task").glob("*/children"):
        try:
            candidates = [int(child) for child in children.read_text().split()]
            found += [c for c in candidates if b"spawn_main" in Path(f"/proc/{c}/cmdline").read_bytes()]
        except OSError:
            continue  # gone in the meantime
    return found


def _sweep(spec: Path, output: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "spicekit", "run", str(spec), "-o", str(output), "-j", "2", "--quiet"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
