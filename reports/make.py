"""Makes the committed reports again: one folder per experiment file of `sweeps/`, in full.

Usage: python reports/make.py [-j WORKERS]
The samples stay in `runs/`; what is committed is what people read.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from spicekit.report.plots_resistance import resistance_plot
from spicekit.run_folder import RunFolder

ROOT = Path(__file__).resolve().parent.parent
KEPT = ("statistics.json", "table.csv", "report.html")


def main() -> None:
    """Run every sweep and copy what is kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-j", "--workers", default="2")
    workers = parser.parse_args().workers
    for spec in sorted((ROOT / "sweeps").glob("*.toml")):
        run = ROOT / "runs" / spec.stem
        command = [sys.executable, "-m", "spicekit", "run", str(spec), "-o", str(run), "-j", workers]
        subprocess.run(command, check=True)
        kept = ROOT / "reports" / spec.stem
        kept.mkdir(exist_ok=True)
        for name in KEPT:
            shutil.copyfile(run / name, kept / name)
    folder = RunFolder(ROOT / "runs" / "programming_conditions")
    picture = resistance_plot(folder.statistics(), folder.samples())
    (ROOT / "docs" / "resistances.svg").write_text(picture.svg)


if __name__ == "__main__":
    main()
