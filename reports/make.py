"""Makes the committed reports again: one folder per experiment file of `sweeps/`, in full.

Usage: python reports/make.py [-j WORKERS] [NAME ...]
Without names it makes all. Samples stay in `runs/`; what is committed is what people read.
Picture and table of the README are made last.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

import figures

ROOT = Path(__file__).resolve().parent.parent
KEPT = ("statistics.json", "table.csv", "report.html")
SAMPLE_TIMEOUT = "600"  # seconds: eight oscillators on one load, on a busy machine


def main() -> None:
    """Run every sweep and copy what is kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-j", "--workers", default="2")
    known = sorted(path.stem for path in (ROOT / "sweeps").glob("*.toml"))
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}")
    args = parser.parse_args()
    if unknown := set(args.names) - set(known):
        parser.error(f"no such experiment: {', '.join(sorted(unknown))}")
    for name in args.names or known:
        make(name, args.workers)
    figures.write()


def make(name: str, workers: str) -> None:
    """Run the sweep of this name, or go on with it, and copy what is kept."""
    run = ROOT / "runs" / name
    command = [sys.executable, "-m", "spicekit", "run", str(ROOT / "sweeps" / f"{name}.toml"), "-o", str(run)]
    subprocess.run([*command, "-j", workers, "--sample-timeout", SAMPLE_TIMEOUT], check=True)
    kept = ROOT / "reports" / name
    kept.mkdir(exist_ok=True)
    for file in KEPT:
        (kept / file).unlink(missing_ok=True)
        if (run / file).exists():  # there is no table without conditions
            shutil.copyfile(run / file, kept / file)


if __name__ == "__main__":
    main()
