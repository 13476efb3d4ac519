"""How often processes of this package look for garbage among all that they hold: their modules have none."""

import atexit
import gc

_OBJECTS = 10_000
"""So many new ones until Python looks, where its own default is 700."""


def collect_seldom() -> None:
    """Let this process look for unreachable cycles seldom, and not at all in what it holds when it ends.

    A command that loads its modules would do so three hundred times, and as it ends go through all of them again,
    which takes a quarter of the CPU time of a short one.
    """
    gc.set_threshold(_OBJECTS)
    atexit.unregister(gc.freeze)  # once, however often this is called
    atexit.register(gc.freeze)
