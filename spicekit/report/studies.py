"""The sections of the report that studies bring along, each from its block of the statistics."""

from collections.abc import Callable

from spicekit.report.plots_conductance import conductance_section
from spicekit.report.plots_disturb import disturb_section
from spicekit.report.plots_loops import loops_section
from spicekit.report.plots_reset import reset_section
from spicekit.report.plots_retention import retention_section
from spicekit.report.plots_switching import switching_section
from spicekit.report.section import Section
from spicekit.run_folder import RunFolder
from spicekit.statistics import Statistics

SECTIONS: tuple[Callable[[Statistics, RunFolder], Section | None], ...] = (
    loops_section,
    switching_section,
    conductance_section,
    reset_section,
    retention_section,
    disturb_section,
)
"""In the order of the report; each gives None where its block is not there."""


def study_sections(statistics: Statistics, run: RunFolder) -> list[Section]:
    """Return the sections of what studies found in this run."""
    return [section for make in SECTIONS if (section := make(statistics, run)) is not None]
