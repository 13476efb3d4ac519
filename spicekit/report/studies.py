"""The sections of the report that studies and rare-event estimates bring along, each from its block."""

from collections.abc import Callable

from spicekit.report.aged import aged_section
from spicekit.report.plots_conductance import conductance_section
from spicekit.report.plots_disturb import disturb_section
from spicekit.report.plots_loops import loops_section
from spicekit.report.plots_mutual import mutual_section
from spicekit.report.plots_oscillation import oscillation_section
from spicekit.report.plots_regions import regions_section
from spicekit.report.plots_reset import reset_section
from spicekit.report.plots_retention import retention_section
from spicekit.report.plots_superparamagnetic import superparamagnetic_section
from spicekit.report.plots_switching import switching_section
from spicekit.report.plots_tongues import tongues_section
from spicekit.report.rare import rare_section, trust_section
from spicekit.report.section import Section
from spicekit.run_folder import RunFolder
from spicekit.statistics import Statistics

_Make = Callable[[Statistics, RunFolder], Section | None]
RATES: tuple[_Make, ...] = (rare_section, regions_section, trust_section)
"""After the bit error rates, in this order; each gives None where there is nothing to say."""
SECTIONS: tuple[_Make, ...] = (
    loops_section,
    switching_section,
    conductance_section,
    aged_section,
    reset_section,
    retention_section,
    disturb_section,
    superparamagnetic_section,
    oscillation_section,
    tongues_section,
    mutual_section,
)
"""In the order of the report; each gives None where its block is not there."""


def rate_sections(statistics: Statistics, run: RunFolder) -> list[Section]:
    """Return the sections on error rates beside the first plot of them."""
    return [section for make in RATES if (section := make(statistics, run)) is not None]


def study_sections(statistics: Statistics, run: RunFolder) -> list[Section]:
    """Return the sections of what studies found in this run."""
    return [section for make in SECTIONS if (section := make(statistics, run)) is not None]
