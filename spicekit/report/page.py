"""A page of sections: one HTML file in the style of all reports, with nothing beside it."""

import base64
import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup, escape

from spicekit.page.section import Picture, Section
from spicekit.report.glossary import words_in
from spicekit.run_folder import write_text

_LAST = ("Words used here", "Where the numbers come from", "How to reproduce")
_TYPES = {".csv": "text/csv", ".json": "application/json", ".toml": "application/toml"}


@dataclass(frozen=True)
class File:
    """A file that the page carries, for readers who want the numbers."""

    name: str
    text: str

    @property
    def uri(self) -> str:
        """The file as a `data:` address."""
        kind = _TYPES.get(Path(self.name).suffix, "text/plain")
        return f"data:{kind};base64,{base64.b64encode(self.text.encode()).decode()}"


@dataclass(frozen=True)
class Page:
    """What stands on it."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    provenance: tuple[tuple[str, str], ...]
    command: str  # makes the page again
    warnings: tuple[str, ...] = ()  # above all else
    spec: str = ""  # the experiment, verbatim
    before_command: str = ""
    notes: tuple[str, ...] = ()  # below the command
    files: tuple[File, ...] = ()


def write_findings(
    page: Page, folder: Path, tables: Mapping[str, pd.DataFrame], summary: Mapping[str, Any]
) -> Path:
    """Write tables by file name, `summary.json` and `report.html`, which carries them; return the page's path.

    The folder must exist.
    """
    for name, table in tables.items():
        write_text(folder / name, table.to_csv(index=False, lineterminator="\n"))
    write_text(folder / "summary.json", json.dumps(summary, indent=2) + "\n")
    path = folder / "report.html"
    first, *more = tables
    write_page(replace(page, files=carried(folder, first, "summary.json", *more)), path)
    return path


def carried(folder: Path, *names: str) -> tuple[File, ...]:
    """Return files of a folder, for a page to carry."""
    return tuple(File(name, (folder / name).read_text(encoding="utf-8")) for name in names)


def write_page(page: Page, path: Path) -> None:
    """Write the page; the same page gives the same bytes."""
    write_text(path, render(page))


def render(page: Page, pictures: bool = True) -> str:
    """Return the page as HTML; without `pictures` only their captions, and nothing is drawn."""
    names = (f"p{number}" for number in itertools.count(1))

    def drawn(picture: Picture) -> Markup:
        return Markup(picture.inline(next(names)) if pictures else "")

    templates = _environment()
    titles = [section.title for section in page.sections]
    body = templates.get_template("sections.html.j2").render(page=page, anchors=_anchors(titles), drawn=drawn)
    words = words_in(re.sub(r"<[^>]+>", " ", body))
    last = [title for title in _LAST if words or title != _LAST[0]]
    contents = list(zip(_anchors([*titles, *last]), [*titles, *last], strict=True))
    return templates.get_template("page.html.j2").render(
        page=page, body=Markup(body), words=words, contents=contents
    )


def _anchors(titles: list[str]) -> list[str]:
    """Return an id for each title, such as ``bit-error-rate``; the second of one title gets a number."""
    plain = [re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") for title in titles]
    return [f"{one}-{seen}" if (seen := plain[:k].count(one)) else one for k, one in enumerate(plain)]


@cache  # to compile the templates takes longer than to fill them in: once, whatever number of pages is written
def _environment() -> jinja2.Environment:
    # strict: a misspelt name in the template must fail, not print nothing
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("spicekit.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["worded"] = _worded
    return environment


def _worded(text: str) -> Markup:
    """Keep "2.3e-2" and "95 %" on one line: a browser breaks after the hyphen and at the space. `Keys` are code."""
    whole = re.sub(r"(\d(?:\.\d)?e-\d+|\d+ %)", r'<span class="whole">\1</span>', str(escape(text)))
    return Markup(re.sub(r"`([^`<>]+)`", r"<code>\1</code>", whole))
