"""A page of sections: what the network simulators write, in the report's style, with nothing beside the file."""

from dataclasses import dataclass
from pathlib import Path

from spicekit.report.build import environment
from spicekit.report.section import Section
from spicekit.run_folder import write_text


@dataclass(frozen=True)
class Page:
    """What stands on it."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    provenance: tuple[tuple[str, str], ...]
    command: str  # makes the page again


def write_page(page: Page, path: Path) -> None:
    """Write the page; the same page gives the same bytes."""
    write_text(path, environment().get_template("page.html.j2").render(page=page))
