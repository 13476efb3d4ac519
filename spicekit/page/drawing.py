"""What all plots share: colours, sizes, and figures as SVG text that is the same for the same numbers."""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spicekit.page.vector import inline

# Okabe and Ito's colours stay apart under the common colour vision deficiencies; yellow is too faint on white
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
GREY = "#595959"
WIDTH = 9.0  # inch

_STYLE = {
    "svg.hashsalt": "spicekit",  # else ids are random
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "axes.edgecolor": GREY,
    "legend.frameon": False,
    "lines.linewidth": 1.4,
    "path.simplify": True,
}


@dataclass(frozen=True)
class Plot:
    """One picture, drawn when it is asked for, and what it shows in words for those who cannot see it."""

    draw: Callable[[Figure], None]
    height: float  # inch
    alt: str

    @cached_property
    def svg(self) -> str:
        """The picture as a file of its own, with letters as paths: the same on every screen."""
        return self._drawn("path")

    def inline(self, name: str) -> str:
        """Return the picture as an element of a page: letters are text, to be searched and selected.

        `name` keeps the ids of several pictures apart.
        """
        return inline(self._drawn("none"), name, self.alt)

    def _drawn(self, letters: str) -> str:
        with style():
            matplotlib.rcParams["svg.fonttype"] = letters
            figure = Figure(figsize=(WIDTH, self.height), layout="constrained")
            self.draw(figure)
            text = io.StringIO()
            figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
        return text.getvalue()


@contextmanager
def style() -> Iterator[None]:
    """Draw with the report's style, and leave the caller's as it was."""
    # the caller's own matplotlibrc must not change a report
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        yield


def picture(draw: Callable[[Figure], None], height: float, alt: str) -> Plot:
    """Return what `draw` puts on an empty figure of `height` [inch]; nothing is drawn yet."""
    return Plot(draw, height, alt)


def colour(index: int) -> str:
    """Return the colour of the condition number `index`, the same in every plot."""
    return COLOURS[index % len(COLOURS)]


def marker(index: int) -> str:
    """Return the marker of the condition number `index`: colour is never the only sign."""
    return MARKERS[(index + index // len(COLOURS)) % len(MARKERS)]


def legend_below(figure: Figure, handles: Sequence[Artist]) -> None:
    """Put one legend under all panels, with as many columns as the longest label leaves room for."""
    longest = max(len(str(handle.get_label())) for handle in handles)
    columns = max(1, min(len(handles), int(130 / (longest + 8)), 6))
    figure.legend(handles=handles, loc="outside lower center", ncols=columns, fontsize=8.5)


def rows_of_conditions(axes: Axes, names: list[str]) -> None:
    """Give each condition a row, the first on top."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    for edge in range(1, len(names)):
        axes.axhline(edge - 0.5, color="#dddddd", linewidth=0.6)
    axes.tick_params(axis="y", length=0)
