"""What a microsecond of a macrospin costs: ngspice, cmtj, and SciPy on the same junction, with the error of each.

python benchmarks/macrospin.py [REPEATS]
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
from spicekit.models.macrospin import Macrospin, load_macrospin
from spicekit.models.macrospin_theory import critical_current
from tests.macrospin_witnesses import in_cmtj, in_scipy
from tests.test_macrospin import frequency, in_ngspice

NAME, AXIS, FIELD, SHARE, TILT = "macrospin_perpendicular", "z", 0.2, 1.6, 0.6
STOP = 40e-9  # s
Trace = tuple[np.ndarray, np.ndarray]


def ways(model: Macrospin, current: float) -> dict[str, Callable[[], Trace]]:
    """Return what is compared, by name."""
    given = (model, AXIS, FIELD, current, STOP, TILT)
    return {
        **{f"ngspice, {n} steps per period": lambda n=n: in_ngspice(*given, steps=n) for n in (24, 64)},
        **{f"cmtj (RK4), {n} steps per period": lambda n=n: in_cmtj(*given, steps=n) for n in (24, 64, 200)},
        **{f"SciPy (DOP853), rtol {t:g}": lambda t=t: in_scipy(*given, tolerance=t) for t in (1e-4, 1e-7)},
    }


def main(repeats: int = 5) -> None:
    """Measure and print."""
    model = load_macrospin(NAME)
    current = SHARE * critical_current(model, FIELD, AXIS)
    exact = steady(in_scipy(model, AXIS, FIELD, current, STOP, TILT, tolerance=1e-11))
    print(f"{NAME}, {current * 1e3:.3g} mA, {exact[0] / 1e9:.4g} GHz, {repeats} repeats of {STOP * 1e9:g} ns")
    print(f"{'':36}{'CPU s per us':>14}{'range':>16}{'frequency':>12}{'amplitude':>12}")
    for name, simulate in ways(model, current).items():
        simulate()
        costs = []
        for _ in range(repeats):
            begin = time.process_time()
            found = simulate()
            costs.append((time.process_time() - begin) / (STOP * 1e6))
        off = np.array(steady(found)) / exact - 1
        span = f"{min(costs):.3g}-{max(costs):.3g}"
        print(f"{name:36}{np.median(costs):14.3g}{span:>16}{off[0]:12.1e}{off[1]:12.1e}")


def steady(trace: Trace) -> tuple[float, float]:
    """Return frequency [Hz] and peak to peak of one component, of the second half."""
    times, m = trace
    late = times > STOP / 2
    return float(frequency(times[late], m[late, 1])), float(np.ptp(m[late, 1]))


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))
