"""Telegraph switching of a superparamagnetic junction."""

ORDER = 80
