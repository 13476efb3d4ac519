"""Both states in a bake at several temperatures."""

ORDER = 60
