"""When a point is sampled enough, of studies whose table has `grid_samples`."""

from typing import Any

from spicekit.run_folder import GRID
from spicekit.studies.study import Form, Point, StopRule, as_asked


def fewer_over_grid(table: Any, point: Point, form: Form) -> StopRule:
    """Return how many samples a point has: at each point of a grid `grid_samples` of the table, if they are fewer."""
    own = as_asked(table, point, form)
    if not point.labels.get(GRID) or table.grid_samples is None:
        return own
    return StopRule(min(own.samples, table.grid_samples))
