"""Draws the picture of the README and writes its table, from the committed reports.

Usage: python reports/figures.py
"""

import hashlib
import json
import re
import tomllib
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from spicekit import statistics
from spicekit.data import data_path
from spicekit.page.drawing import GREY, marker, picture
from spicekit.page.numbers import cyclability, interval, scientific
from spicekit.statistics import Condition
from spicekit.units import engineering

ROOT = Path(__file__).resolve().parent.parent
CONDITIONS = ROOT / "reports" / "programming_conditions" / "statistics.json"
ONE_DEVICE = ROOT / "reports" / "error_correction" / "statistics.json"
NETWORK = ROOT / "reports" / "network_bnn_mnist" / "summary.json"
SCHEMATIC = ROOT / "spicekit" / "report" / "templates" / "cell.svg"
CHAIN = ROOT / "docs" / "figures" / "chain.svg"
README = ROOT / "README.md"
TABLE = re.compile(r"(?<=<!-- table: python reports/figures.py -->\n).*?(?=<!-- end of table -->)", re.DOTALL)
LOW, HIGH, PAIR = "#0072b2", "#d55e00", "#009e73"  # the first two are those of the schematic's devices


def table() -> str:
    """Return the README's table of the programming conditions, in Markdown."""
    found = statistics.load(CONDITIONS).conditions
    published = _published()
    rows: list[tuple[str, list[str]]] = [
        ("", [c.name for c in found]),
        ("---", ["---"] * len(found)),
        ("SET current, RESET voltage, pulse width", [_pulses(c) for c in found]),
        ("wrong bits per bit read, pair (95 %)", [f"**{interval(_estimated(c))}**" for c in found]),
        ("· published bound", [f"< {scientific(published[c.name]['ber_2t2r_below'])}" for c in found]),
        ("· one device alone, same amplifier", [_alone(c) for c in found]),
        ("writes until the pair errs in 1e-3 (95 %)", [_life(c) for c in found]),
        ("· published bound", [f"> {scientific(published[c.name]['cyclability_above'])}" for c in found]),
        ("energy of a SET, of a RESET", [_means(c, energy_set="J", energy_reset="J") for c in found]),
        ("· published", [published[c.name]["programming_energy"] for c in found]),
        ("energy and delay of a read", [_means(c, energy_read="J", read_delay="s") for c in found]),
    ]
    return "".join(f"| {' | '.join((head, *cells))} |\n" for head, cells in rows)


def chain() -> str:
    """Return the picture from circuit to network as SVG text."""
    found = statistics.load(CONDITIONS).conditions
    summary = json.loads(NETWORK.read_text(encoding="utf-8"))

    def draw(figure: Figure) -> None:
        figure.set_layout_engine("constrained", h_pad=0.12, w_pad=0.12, hspace=0.06)
        circuit, resistances, rates, accuracy = figure.subplots(2, 2).flat
        circuit.axis("off")
        _title(circuit, "1. Circuit: a pair of devices, an amplifier")
        _resistances(resistances, found)
        _rates(rates, found)
        _accuracy(accuracy, summary)

    plot = picture(draw, 6.9, "")
    schematic = SCHEMATIC.read_text(encoding="utf-8")
    inner = schematic[schematic.index("<rect") : schematic.index("<!-- what each part does -->")]
    nested = (
        '<svg x="20" y="28" width="312" height="212" viewBox="20 14 540 500" color="#222" '
        f'font-family="DejaVu Sans, Arial, sans-serif" font-size="17">{inner}</svg>'
    )
    return plot.svg.replace("</svg>", f"{nested}\n<!-- {sources()} -->\n</svg>")


def sources() -> str:
    """Return what tells of which results the picture shows."""
    files = (CONDITIONS, NETWORK, SCHEMATIC)
    hashes = (f"{p.relative_to(ROOT).as_posix()} {hashlib.sha256(p.read_bytes()).hexdigest()}" for p in files)
    return f"made by reports/figures.py from {', '.join(hashes)}"


def write() -> None:
    """Write picture and table."""
    CHAIN.write_text(chain(), encoding="utf-8")
    readme = README.read_text(encoding="utf-8")
    README.write_text(TABLE.sub(lambda _: table(), readme), encoding="utf-8")


def _title(ax: Axes, text: str) -> None:
    ax.set_title(text, loc="left", fontsize=10, fontweight="bold", pad=9)


def _resistances(ax: Axes, conditions: tuple[Condition, ...]) -> None:
    for row, condition in enumerate(conditions):
        for law, shade, words in ((condition.lrs, LOW, "low state"), (condition.hrs, HIGH, "high state")):
            if law is None:
                raise SystemExit(f"{CONDITIONS}: `{condition.name}` has no resistances")
            at = law.quantiles
            if row == 0:
                ax.text(law.median, -0.25, words, color=shade, ha="center")
            ax.plot([at["0.001"], at["0.999"]], [row, row], color=shade, linewidth=2)
            ax.plot([at["0.1"], at["0.9"]], [row, row], color=shade, linewidth=9, solid_capstyle="butt")
            ax.plot([law.median], [row], "|", color="white", markersize=9)
    ax.set_xscale("log")
    ax.set_xlim(1e3, 4e6)
    ax.set_xlabel("Ω (thick: 80 % of the cells; thin: 99.8 %)")
    _names(ax, conditions)
    _title(ax, "2. Device: spread of both resistances")


def _rates(ax: Axes, conditions: tuple[Condition, ...]) -> None:
    published = _published()
    for row, condition in enumerate(conditions):
        rate = _estimated(condition)
        ax.plot([rate.low, rate.high], [row, row], color=PAIR, linewidth=3)
        ax.plot(rate.best or rate.high, row, marker(row), color=PAIR, markersize=8)
        bound = published[condition.name]["ber_2t2r_below"]
        ax.annotate("", (bound / 30, row), (bound, row), arrowprops={"arrowstyle": "->", "color": GREY})
        ax.plot([bound], [row], "|", color=GREY, markersize=14)
    ax.text(1e-7, -0.25, "published: less than", color=GREY, fontsize=8.5, ha="center")
    ax.set_xscale("log")
    ax.set_xlim(1e-13, 1e-2)
    ax.set_xlabel("wrong bits per bit read")
    _names(ax, conditions)
    _title(ax, "3. Memory: how often a bit is misread")


def _accuracy(ax: Axes, summary: dict) -> None:
    rates, low, mean, high = zip(
        *((p["ber"], p["low"], p["mean"], p["high"]) for p in summary["sweep"]), strict=True
    )
    ax.plot(rates, mean, color=GREY)
    ax.fill_between(rates, low, high, color=GREY, alpha=0.25)
    without = summary["accuracy_without_errors"]
    ax.axhline(without, color=GREY, linewidth=0.8, linestyle="--")
    for row, condition in enumerate(summary["conditions"]):
        cell = next(c for c in condition["cells"] if c["name"] == "2T2R")
        at = cell["ber"]["best"], cell["accuracy"]["best"]["mean"]
        ax.plot(*at, marker(row), color=PAIR, markersize=8)
    ax.text(1e-12, without - 0.02, "the three conditions; dashed: no errors", fontsize=8.5, va="top")
    ax.set_xscale("log")
    ax.set_xlim(1e-13, 0.3)
    ax.yaxis.set_major_formatter(PercentFormatter(1, 0))
    ax.set_xlabel("wrong bits per bit read")
    _title(ax, "4. Network: handwritten digits recognised")


def _names(ax: Axes, conditions: tuple[Condition, ...]) -> None:
    ax.set_yticks(range(len(conditions)), [c.name.replace("-", "\n") for c in conditions])
    ax.set_ylim(len(conditions) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")


def _published() -> dict[str, dict]:
    text = data_path("sweeps").joinpath("programming_conditions.toml").read_text(encoding="utf-8")
    return {c["name"]: c["published"] for c in tomllib.loads(text)["conditions"]}


def _estimated(condition: Condition) -> statistics.Probability:
    if condition.ber_2t2r_estimated is None or condition.ber_2t2r_estimated.best is None:
        raise SystemExit(f"{CONDITIONS}: `{condition.name}` has no estimate that is agreed on")
    return condition.ber_2t2r_estimated


def _pulses(c: Condition) -> str:
    values = ((c.set_compliance, "A"), (c.reset_voltage, "V"), (c.pulse_width, "s"))
    return ", ".join(engineering(value, unit) for value, unit in values)


def _alone(condition: Condition) -> str:
    """Return the rate of one device for the same pulses, estimated in another experiment."""
    pulses = _pulses(condition)
    found = (c for c in statistics.load(ONE_DEVICE).conditions if _pulses(c) == pulses)
    other = next(found, None)
    return interval(other.ber_1t1r_estimated) if other and other.ber_1t1r_estimated else "not estimated"


def _life(condition: Condition) -> str:
    found = condition.endurance
    if found is None or not (found.cycles and found.cycles_low and found.cycles_high):
        raise SystemExit(f"{CONDITIONS}: `{condition.name}` has no life")
    return cyclability(found)


def _means(condition: Condition, **units: str) -> str:
    return ", ".join(engineering(getattr(condition, key).mean, unit) for key, unit in units.items())


if __name__ == "__main__":
    write()
