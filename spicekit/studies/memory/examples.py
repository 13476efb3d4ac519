"""Example waveforms of a condition: one SET, one RESET and one read of each logic value, nominal devices."""

import pandas as pd

from spicekit.ngspice import waveforms
from spicekit.studies.memory.chain import Chain


def example_waveforms(chain: Chain) -> pd.DataFrame:
    """Return a long table: condition, pulse, time [s], signal, value [V or A; nm for a gap, K for `temp`]."""
    set_waves = waveforms(chain.set_deck.deck)
    reset_waves = waveforms(chain.reset_deck.deck)
    if "xcell.gap" not in set_waves or "xcell.gap" not in reset_waves:
        return pd.DataFrame(
            columns=["condition", "pulse", "time", "signal", "value"]
        )  # ngspice gave up at once
    low, high = float(set_waves["xcell.gap"][-1]), float(reset_waves["xcell.gap"][-1])
    pulses = {
        "set": set_waves,
        "reset": reset_waves,
        "read +1": waveforms(chain.read.deck, {"left.gap": low, "right.gap": high}),
        "read -1": waveforms(chain.read.deck, {"left.gap": high, "right.gap": low}),
    }
    tables = [
        pd.DataFrame({"pulse": name, "time": waves["time"], "signal": signal, "value": wave})
        for name, waves in pulses.items()
        for signal, wave in waves.items()
        if signal != "time"
    ]
    table = pd.concat(tables, ignore_index=True)
    table.insert(0, "condition", chain.condition.name)
    return table
