"""The sections of the report that studies and rare-event estimates bring along, each from its block."""

from collections.abc import Callable

from spicekit.page.section import Section
from spicekit.registry import sections
from spicekit.report.plots_regions import regions_section
from spicekit.report.rare import rare_section, trust_section
from spicekit.run_folder import RunFolder
from spicekit.statistics import Statistics

_Make = Callable[[Statistics, RunFolder], Section | None]
RATES: tuple[_Make, ...] = (rare_section, regions_section, trust_section)
"""After the bit error rates, in this order; each gives None where there is nothing to say."""


def rate_sections(statistics: Statistics, run: RunFolder) -> list[Section]:
    """Return the sections on error rates beside the first plot of them."""
    return [section for make in RATES if (section := make(statistics, run)) is not None]


def study_sections(statistics: Statistics, run: RunFolder) -> list[Section]:
    """Return the sections of what studies found in this run."""
    made = (make(statistics, run.study(name)) for name, make in sections().items())
    return [section for section in made if section is not None]
