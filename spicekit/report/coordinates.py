"""Random quantities in words: ``right.device.e_reset`` is the RESET barrier of one of the two memory devices."""

from spicekit.statistics import RareEstimate

_LEVELS = {"device": "device to device", "prepare": "pulse before", "program": "last pulse"}
_PARTS = {"slow": "slow", "fresh": "fresh", "uneven": "how noisy the device is"}  # of a cycle, of a device
_DEVICE = {
    "i0": "current scale", "e_set": "SET barrier", "e_set_gap": "SET barrier per gap", "e_reset": "RESET barrier",
    "e_reset_gap": "RESET barrier per gap", "telegraph": "telegraph noise",
    "telegraph_amplitude": "amplitude of telegraph noise",
}  # fmt: skip
_TRANSISTOR = {
    "toxe": "oxide thickness", "vth0": "threshold", "voff": "subthreshold offset", "nfactor": "subthreshold swing",
    "vth": "threshold",
}  # fmt: skip
_ELEMENTS = {
    "n": "latch NMOS", "p": "latch PMOS", "precharge": "pre-charge PMOS", "access": "access transistor",
    "foot": "foot transistor",
}  # fmt: skip
_SURROUNDINGS = {"supply": "supply voltage", "temperature": "temperature"}


def short(name: str, one: RareEstimate) -> str:
    """Return a random quantity in few words: a memory device goes by the state that it shall be in."""
    parts = [part for part in name.split(".") if part not in _LEVELS | _PARTS]
    if len(parts) == 1:
        return _SURROUNDINGS.get(name, name)
    if parts[0] in ("left", "right", "cell"):
        state = "HRS" if (parts[0] == "right") == (one.stored > 0) else "LRS"
        return f"{state} {_DEVICE.get(parts[-1], parts[-1])}"
    return f"{_element(parts[0])} {_TRANSISTOR.get(parts[-1], parts[-1])}"


def full(name: str, one: RareEstimate) -> str:
    """Return a random quantity in words, with the level of its spread."""
    levels = [words for level, words in (_LEVELS | _PARTS).items() if level in name.split(".")[:-1]]
    return f"{short(name, one)} ({', '.join(levels)})" if levels else short(name, one)


def _element(name: str) -> str:
    kind, _, side = name.partition("_")
    words = _ELEMENTS.get(kind, kind)
    return {"": words, "reference": f"reference’s {words}"}.get(side, f"{side} {words}")
