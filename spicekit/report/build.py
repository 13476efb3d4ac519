"""The report of a run: one HTML file that needs nothing beside it."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from spicekit.errors import InputError
from spicekit.page.section import Section
from spicekit.registry import sections
from spicekit.report.asked import Asked, asked, warnings
from spicekit.report.codes import codes_section
from spicekit.report.devices import devices_section
from spicekit.report.grid import grid_section
from spicekit.report.grid_loops import loops_section
from spicekit.report.grid_studies import over_grid
from spicekit.report.memory import (
    Memory,
    device_sections,
    key_section,
    published_section,
    rate_section,
    samples_section,
)
from spicekit.report.page import File, Page, write_page
from spicekit.report.plots_regions import regions_section
from spicekit.report.rare import rare_section, trust_section
from spicekit.report.summary import cell_section, summary_section
from spicekit.report.table import table_csv
from spicekit.report.unswitched import unswitched
from spicekit.run_folder import MEMORY, RARE, RunFolder, of_experiment
from spicekit.statistics import Statistics, dumps

_PROVENANCE = ("identity", "spec_sha256", "models_sha256", "seed", "ngspice", "spicekit", "python")
_Make = Callable[[Statistics, RunFolder], Section | None]
RATES: tuple[_Make, ...] = (rare_section, regions_section, trust_section)
"""After the bit error rates, in this order; each gives None where there is nothing to say."""


def build_report(run: RunFolder, output: Path | None = None) -> Path:
    """Write the report of a finished run to `output` (in the run folder if None) and return its path.

    What the run does not have is left out with a line that says so. The same run gives the same bytes.

    Raises:
        InputError: not a run folder, no statistics yet, or a damaged file.
    """
    output = run.report_file if output is None else output
    write_page(collect(run), output)
    return output


def collect(run: RunFolder) -> Page:
    """Return what the report of a run says; no picture is drawn yet.

    Raises:
        InputError: not a run folder, no statistics yet, or a damaged file.
    """
    manifest, statistics = run.manifest(), run.statistics()
    what = asked(run, manifest)
    # a datasheet is of the device first, and then of the memory made of it
    parts = [*study_sections(statistics, run), *over_grid(statistics)]
    parts += [section for section in [loops_section(statistics, run)] if section]
    waves = _waveforms(run) if statistics.conditions else None
    if statistics.conditions:
        found = Memory(statistics, _samples(run), waves, what)
        parts += _memory_sections(found, run)
    return Page(
        title=manifest.get("title") or what.name,
        subtitle=_subtitle(what),
        sections=(summary_section(statistics, what, parts), *parts),
        provenance=tuple((key, str(manifest[key])) for key in _PROVENANCE if key in manifest),
        command=f"{what.command}{' --quick' if what.quick else ''}\nspicekit report runs/{what.name}",
        warnings=(
            *warnings(what, statistics),
            *(f"{name}: {said}." for name, said in unswitched(waves).items()),
        ),
        spec=run.spec_file.read_text(encoding="utf-8") if what.spec is not None else "",
        before_command=_before(what),
        notes=(_after(RARE in manifest.get("studies", {})),),
        files=_files(statistics),
    )


def _memory_sections(found: Memory, run: RunFolder) -> list[Section]:
    """Return what is on programming conditions; the comparison with codes first where it has results of both cells."""
    codes = [section for section in [codes_section(found.statistics, run)] if section]
    rates = [key_section(found), rate_section(found), *rate_sections(found.statistics, run)]
    compared = [*codes, *rates] if codes and codes[0].summary else [*rates, *codes]
    grids = (devices_section(found.statistics, run), grid_section(found.statistics))
    return [
        cell_section(),
        *(section for section in grids if section),
        *compared,
        *device_sections(found),
        published_section(found),
        samples_section(found),
    ]


def _subtitle(what: Asked) -> str:
    versions = (
        f"{key} {what.manifest[key]}" for key in ("seed", "spicekit", "ngspice") if key in what.manifest
    )
    return " · ".join([f"Circuit simulation report, run {what.name}", *versions])


def _before(what: Asked) -> str:
    versions = " and ".join(
        f"{key} {what.manifest[key]}" for key in ("spicekit", "ngspice") if key in what.manifest
    )
    if what.spec is None:
        return f"Left out of this page: the run folder holds no spec.toml. With it, and with {versions}:"
    if what.bundled:
        return f"The experiment comes with spicekit. With {versions}:"
    return f"Save the experiment above as {what.file}, and with {versions}:"


def _after(estimated: bool) -> str:
    but = ", but for the wall times of estimates" if estimated else ""
    return (
        "Sample number i depends on the seed, the experiment and i alone, so the number of worker processes does not "
        f"matter. Dates are in the run’s manifest, so that equal runs give equal reports{but}."
    )


def _files(statistics: Statistics) -> tuple[File, ...]:
    files = [File("statistics.json", dumps(statistics))]
    if statistics.conditions:
        files.insert(0, File("table.csv", table_csv(statistics)))
    return tuple(files)


def _samples(run: RunFolder) -> pd.DataFrame | None:
    # pictures and counts of the page are of the experiment itself, not of its grid
    return None if run.stored(MEMORY) is None else of_experiment(run.samples())


def _rows(run: RunFolder, study: str) -> pd.DataFrame | None:
    rows = run.study(study)
    return None if rows is None else of_experiment(rows)


def _waveforms(run: RunFolder) -> pd.DataFrame | None:
    if not run.waveforms_file.exists():
        return None
    try:
        return run.waveforms()
    except (OSError, ValueError) as error:
        raise InputError(f"{run.waveforms_file}: is damaged: {error}") from None


def rate_sections(statistics: Statistics, run: RunFolder) -> list[Section]:
    """Return the sections on error rates beside the first plot of them."""
    return [section for make in RATES if (section := make(statistics, run)) is not None]


def study_sections(statistics: Statistics, run: RunFolder) -> list[Section]:
    """Return the sections of what studies found in this run."""
    made = (make(statistics, _rows(run, name)) for name, make in sections().items())
    return [section for section in made if section is not None]


def findings(statistics: Statistics, run: RunFolder) -> list[str]:
    """Return what each study of this run found, in a sentence or two, for a terminal."""
    return [f"{one.title}: {one.summary}" for one in study_sections(statistics, run) if one.summary]
