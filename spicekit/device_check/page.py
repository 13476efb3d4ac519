"""The result of a check as a folder: `check.html` to look at, `check.json` for programs."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from math import isfinite
from pathlib import Path

from markupsafe import Markup, escape

from spicekit.device_check.check import Checked
from spicekit.device_check.curves import GLANCE
from spicekit.device_check.finding import Finding
from spicekit.device_check.plots import loops_plot, pulses_plot, resistance_plot, times_plot
from spicekit.device_check.pulses import COMPLIANCES, WIDTH
from spicekit.page.section import Grid, Section
from spicekit.report.page import Page, carried, write_page
from spicekit.run_folder import write_text
from spicekit.units import engineering

SCHEMA = "spicekit.device_check/1"
_WORDS = Markup('<span class="words">{}</span>')
_MARKS = {
    "ok": Markup('<span class="outcome agreed">✓ ok</span>'),
    "look": Markup('<span class="outcome">! look</span>'),
    "wrong": Markup('<span class="outcome">✗ wrong</span>'),
    "skipped": Markup('<span class="outcome counted">– skipped</span>'),
}


def write_check(checked: Checked, folder: Path, provenance: dict[str, str], command: str) -> Path:
    """Write both files into an existing folder; return the page's path."""
    tree = json.dumps(_tree(checked, provenance), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    write_text(folder / "check.json", tree)
    card = getattr(checked.bench.device, "card", None)
    page = Page(
        f"Check of the memory device {checked.bench.device.name}",
        card.meta.description if card else "",
        tuple(_sections(checked)),
        tuple(provenance.items()),
        command,
        files=carried(folder, "check.json"),
    )
    write_page(page, folder / "check.html")
    return folder / "check.html"


def _sections(checked: Checked) -> Iterator[Section]:
    bench, curves = checked.bench, checked.curves
    rows = [(f.name, _MARKS[f.mark], _WORDS.format(_told(f))) for f in checked.findings]
    yield Section(
        "What was found",
        (),
        _marked(f"{checked.verdict}."),
        points=tuple(_marked(f"{f.name}: {f.advice}.") for f in checked.findings if f.mark == "wrong"),
        grid=Grid(("check", "", _WORDS.format("what was measured, and what to do")), tuple(rows)),
        notes=(
            "Look: it can be used, but whoever uses it should know. Skipped: it says nothing before the fault above it "
            "is mended.",
        ),
    )
    if curves is None:
        return
    if any(curves.loops.values()):
        cell = (
            f" Right: the same through the access transistor, whose word line limits SET (blue) to "
            f"{engineering(COMPLIANCES[0], 'A')}; RESET is orange. Voltages are over cell and transistor together."
        )
        caption = "Triangular voltage on the device alone, 1 µs each way, no limit to the current."
        yield Section(
            "I–V loops", ((loops_plot(curves), caption + (cell if curves.loops.get("cell") else "")),)
        )
    glance, volts = engineering(GLANCE, "s"), engineering(bench.technology.design.verify_voltage, "V")
    yield Section(
        "Resistance against state",
        (
            (
                resistance_plot(bench, curves),
                f"Reads of {glance} at {volts}. Dashed: both states of the card.",
            ),
        ),
    )
    if curves.pulses:
        caption = (
            f"Pulses of {engineering(WIDTH, 's')} on the 1T1R cell, each followed by a read: SET under "
            f"{engineering(COMPLIANCES[0], 'A')}, RESET with {bench.reset_voltage:g} V on the source line."
        )
        yield Section("SET and RESET", ((pulses_plot(bench, curves), caption),))
    caption = (
        "Constant voltage on the device alone, time until its state crosses the middle between both states of the card "
        "(forming: until it reaches the high state). Above the dotted line: not within 10 µs (three-pointed stars), or "
        "the simulation failed (crosses). Below 0.1 ns times are not resolved."
    )
    yield Section("Switching time against voltage", ((times_plot(checked.holds), caption),))


def _told(finding: Finding) -> Markup:
    said = _marked(finding.said)
    return (
        Markup("{}<br><strong>{}</strong>").format(said, _marked(finding.advice)) if finding.advice else said
    )


def _marked(text: str) -> Markup:
    """Return words as HTML, with what stands in back-ticks as code."""
    parts = str(escape(text)).split("`")
    return Markup("".join(f"<code>{part}</code>" if k % 2 else part for k, part in enumerate(parts)))


def _tree(checked: Checked, provenance: dict[str, str]) -> dict:
    """Return the result as JSON: SI, states in the unit of the card; `null` is a number that was not reached."""
    return {
        "schema": SCHEMA,
        "device": checked.bench.device.name,
        "ready": checked.ready,
        "verdict": checked.verdict,
        "checks": [
            {
                "check": f.name,
                "mark": f.mark,
                "said": f.said,
                "advice": f.advice,
                "numbers": {
                    name: {"value": _plain(n.value), "unit": n.unit} for name, n in f.numbers.items()
                },
            }
            for f in checked.findings
        ],
        "holds": [{key: _plain(value) for key, value in asdict(hold).items()} for hold in checked.holds],
        "state_unit": checked.bench.unit,
        "provenance": provenance,
    }


def _plain(value: object) -> object:
    return None if isinstance(value, float) and not isfinite(value) else value
