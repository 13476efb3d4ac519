"""Programming energies from zero: the whole path, the cell's share in it, and what was published."""

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from spicekit.experiment.conditions import Published
from spicekit.page import numbers
from spicekit.page.drawing import Plot, colour, legend_below, picture, rows_of_conditions
from spicekit.report.published import ENERGY_WITHIN
from spicekit.statistics import Condition, Statistics
from spicekit.units import engineering

_ROWS = (
    ("SET", "energy_set", "energy_set_cell"),
    ("RESET", "energy_reset", "energy_reset_cell"),
    ("pair", "energy_pair", None),
)
_HEIGHT = 0.24


def energy_plot(statistics: Statistics, published: dict[str, Published]) -> Plot | None:
    """Return the plot, or None if no energy was measured."""
    conditions = statistics.conditions
    if not any(getattr(c, key) for c in conditions for _, key, _ in _ROWS):
        return None

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for row, condition in enumerate(conditions):
            known = published.get(condition.name)
            _bars(axes, condition, row, known.programming_energy if known else None)
        rows_of_conditions(axes, [c.name for c in conditions])
        axes.set_xlim(left=0)
        axes.margins(x=0.12)
        ticks = [tick for tick in axes.get_xticks() if tick >= 0]
        axes.set_xticks(ticks, [engineering(tick, "J") if tick else "0" for tick in ticks])
        axes.set_xlabel("energy per pulse (mean; whisker: one standard deviation)")
        handles: list[Artist] = [
            Patch(color="#bbbbbb", label="whole path"),
            Patch(facecolor="#555555", label="of it: cell alone"),
        ]
        if any(known.programming_energy for known in published.values()):
            near = f"±{100 * ENERGY_WITHIN:.0f} % of it"
            handles.append(Line2D([], [], color="black", linewidth=1.8, label="published"))
            handles.append(Patch(facecolor="none", edgecolor="black", linestyle=":", label=near))
        legend_below(figure, handles)

    texts = [
        f"{c.name}: SET {numbers.mean(c.energy_set, 'J')}, RESET {numbers.mean(c.energy_reset, 'J')}, "
        f"pair {numbers.mean(c.energy_pair, 'J')}"
        for c in conditions
    ]
    return picture(draw, 1.3 + 1.0 * len(conditions), "Programming energies. " + "; ".join(texts) + ".")


def _bars(axes: Axes, condition: Condition, row: int, published: float | None) -> None:
    for place, (label, whole_key, cell_key) in enumerate(_ROWS):
        y = row + (place - 1) * (_HEIGHT + 0.03)
        whole = getattr(condition, whole_key)
        cell = getattr(condition, cell_key) if cell_key else None
        if whole:
            axes.barh(
                y,
                whole.mean,
                _HEIGHT,
                color=colour(row),
                alpha=0.45,
                xerr=whole.std,
                error_kw={"linewidth": 1, "capsize": 2},
            )
            end = max(whole.mean + whole.std, (published or 0) * (1 + ENERGY_WITHIN) if place == 0 else 0)
            axes.annotate(
                f"{label} {engineering(whole.mean, 'J')}",
                (end, y),
                (4, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
            )
        if cell:
            axes.barh(y, cell.mean, 0.4 * _HEIGHT, color=colour(row))
        if place == 0 and published:
            top, bottom = y - _HEIGHT / 2, y + _HEIGHT / 2
            axes.plot([published, published], [top, bottom], color="black", linewidth=1.8)
            near = 2 * ENERGY_WITHIN * published
            axes.add_patch(
                Rectangle(
                    (published * (1 - ENERGY_WITHIN), top),
                    near,
                    _HEIGHT,
                    facecolor="none",
                    edgecolor="black",
                    linestyle=":",
                )
            )
