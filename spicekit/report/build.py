"""The report of a run: one HTML file that needs nothing beside it."""

import re
from pathlib import Path

import jinja2
import pandas as pd
from markupsafe import Markup, escape

from spicekit.errors import InputError
from spicekit.report import numbers
from spicekit.report.counts import count
from spicekit.report.drawing import colour
from spicekit.report.key_table import key_table
from spicekit.report.plots_ber import ber_plot
from spicekit.report.plots_endurance import endurance_plot
from spicekit.report.plots_energy import energy_plot
from spicekit.report.plots_resistance import resistance_plot
from spicekit.report.plots_waveforms import programming_waveforms, read_waveforms
from spicekit.report.published import compare, read_published
from spicekit.report.studies import rate_sections, study_sections
from spicekit.report.summary import condition_sentence, summary_sentences
from spicekit.run_folder import RunFolder, write_text

_TEMPLATE = "report.html.j2"
_PROVENANCE = ("identity", "spec_sha256", "models_sha256", "seed", "ngspice", "spicekit", "python")


def build_report(run: RunFolder, output: Path | None = None) -> Path:
    """Write the report of a finished run to `output` (in the run folder if None) and return its path.

    What the run does not have is left out with a line that says so. The same run gives the same bytes.

    Raises:
        InputError: not a run folder, no statistics yet, or a damaged file.
    """
    output = run.report_file if output is None else output
    manifest, statistics = run.manifest(), run.statistics()
    samples, waveforms = _samples(run), _waveforms(run)
    published = read_published(run)
    confidence = next((c.ber_2t2r.confidence for c in statistics.conditions if c.ber_2t2r), 0.95)
    counts = [] if samples is None else [count(samples, c.name, confidence) for c in statistics.conditions]
    traced = [] if waveforms is None else list(dict.fromkeys(waveforms["condition"]))
    traced = [c.name for c in statistics.conditions if c.name in traced]

    text = (
        environment()
        .get_template(_TEMPLATE)
        .render(
            manifest=manifest,
            statistics=statistics,
            provenance=[(key, manifest[key]) for key in _PROVENANCE if key in manifest],
            colours=[colour(index) for index in range(len(statistics.conditions))],
            sentences=summary_sentences(statistics),
            findings=[(c.name, condition_sentence(c)) for c in statistics.conditions],
            rows=key_table(statistics),
            ber=ber_plot(statistics, published),
            estimated=bool(manifest.get("estimates")) or any(c.estimates for c in statistics.conditions),
            rates=rate_sections(statistics, run),
            resistance=None if samples is None else resistance_plot(statistics, samples),
            energy=energy_plot(statistics, published),
            waveforms=[(n, programming_waveforms(waveforms, n), read_waveforms(waveforms, n)) for n in traced]
            if waveforms is not None
            else [],
            endurance=endurance_plot(statistics, published, samples),
            studies=study_sections(statistics, run),
            comparisons=compare(statistics, published),
            sources=sorted({known.source for known in published.values() if known.source}),
            counts=counts,
            confidence=confidence,
            methods=sorted(
                {
                    (key, block.method)
                    for c in statistics.conditions
                    for key, block in c
                    if key.startswith("ber_") and block
                }
            ),
            spec=run.spec_file.read_text(encoding="utf-8") if run.spec_file.exists() else "",
        )
    )
    write_text(output, text)
    return output


def environment() -> jinja2.Environment:
    """Return the environment that knows the templates and the filters of all pages."""
    # strict: a misspelt name in the template must fail, not print nothing
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("spicekit.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["unbroken"] = _unbroken
    environment.filters["interval"] = numbers.interval
    environment.filters["at_most"] = numbers.at_most
    environment.filters["scientific"] = numbers.scientific
    return environment


def _unbroken(text: str) -> Markup:
    """Keep "2.3e-2" and "95 %" on one line: a browser breaks after the hyphen and at the space."""
    return Markup(re.sub(r"(\d(?:\.\d)?e-\d+|\d+ %)", r'<span class="whole">\1</span>', str(escape(text))))


def _samples(run: RunFolder) -> pd.DataFrame | None:
    if not any(run.samples_folder.glob("*.parquet")):
        return None
    return run.samples()


def _waveforms(run: RunFolder) -> pd.DataFrame | None:
    if not run.waveforms_file.exists():
        return None
    try:
        return run.waveforms()
    except (OSError, ValueError) as error:
        raise InputError(f"{run.waveforms_file}: is damaged: {error}") from None
