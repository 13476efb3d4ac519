"""What counts of errors say about a probability."""


def clopper_pearson(
    samples: int, errors: int, discards: int = 0, confidence: float = 0.95
) -> tuple[float, float | None, float]:
    """Return low, best and high: the exact interval (Clopper and Pearson, 1934).

    `high` takes every discard for an error and `low` takes none; `best` leaves discards out, and is None when no
    error was seen, since zero errors are a bound and not a value. `samples` are all: right, wrong and discarded.
    """
    from scipy.stats import beta  # a second to import, so only when asked for

    tail = (1 - confidence) / 2
    worst = errors + discards
    low = 0.0 if errors == 0 else float(beta.ppf(tail, errors, samples - errors + 1))
    # with nothing wrong only the upper side is open: all of the error probability goes there
    upper_tail = 1 - confidence if worst == 0 else tail
    high = 1.0 if worst == samples else float(beta.ppf(1 - upper_tail, worst + 1, samples - worst))
    return low, errors / (samples - discards) if errors else None, high
