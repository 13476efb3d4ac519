"""Random numbers that likelihood words are compared with: ideal ones, or those of linear-feedback shift registers."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from spicekit.errors import InputError
from spicekit.sampling.registers import TAPS, register_states

Kind = Literal["lfsr", "ideal"]
KINDS: tuple[Kind, ...] = ("lfsr", "ideal")
SHARED: tuple[Literal["classes", "own", "all"], ...] = ("classes", "own", "all")


@dataclass(frozen=True)
class Source:
    """Where random numbers come from.

    Raises:
        InputError: at construction, unknown words, or a register of a length that has no taps here.
    """

    kind: Kind = "lfsr"
    shared: Literal["classes", "own", "all"] = "classes"
    """Which words see the same numbers: those of one feature in all classes, none, or all words of the machine."""
    register: int = 16  # bits of a shift register

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(f"`--random` is `{self.kind}`, expected one of {', '.join(KINDS)}")
        if self.shared not in SHARED:
            raise InputError(f"`--shared` is `{self.shared}`, expected one of {', '.join(SHARED)}")
        if self.register not in TAPS:
            raise InputError(f"`--register` is {self.register}, expected {min(TAPS)} to {max(TAPS)} bits")

    def check(self, bits: int) -> None:
        """Refuse words that a register does not fill.

        Raises:
            InputError: the words have more bits than the register.
        """
        if self.kind == "lfsr" and bits > self.register:
            raise InputError(
                f"`--bits` is {bits}, but the register has {self.register}: expected no more, or a longer `--register`"
            )

    def share(self, words: np.ndarray, bits: int) -> np.ndarray:
        """Return the share of numbers that do not exceed the words: what a word stands for in the long run.

        A register is never all zero, so that of its 2^m - 1 states (w + 1) 2^(m - n) - 1 have a number up to w in
        their n lowest bits; ideal numbers are the limit of an endless register.
        """
        if self.kind == "ideal":
            return (words + 1) / (1 << bits)
        return ((words + 1) * (1 << (self.register - bits)) - 1) / ((1 << self.register) - 1)

    def numbers(
        self, bits: int, shape: tuple[int, int, int, int], generator: np.random.Generator
    ) -> np.ndarray:
        """Return numbers of `bits` bits, (samples or 1, classes or 1, features or 1, cycles).

        Each decision starts a register anew, from a state that `generator` draws for the chip; ideal numbers are drawn
        for each sample.

        Args:
            shape: samples, classes, features, cycles.
        """
        samples, classes, features, cycles = shape
        own = classes if self.shared == "own" else 1, 1 if self.shared == "all" else features
        dtype = np.uint8 if bits <= 8 else np.uint16
        if self.kind == "ideal":
            return generator.integers(0, 1 << bits, (samples, *own, cycles), dtype=dtype)
        sequence = register_states(self.register)
        phases = generator.integers(0, len(sequence), own)
        places = (phases[..., None] + np.arange(cycles)) % len(sequence)
        return (sequence[places] & ((1 << bits) - 1)).astype(dtype)[None]
