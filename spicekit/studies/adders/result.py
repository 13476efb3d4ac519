"""What adders cost at the gates."""

from typing import Annotated, Literal

from spicekit.block import Block, Moments, Probability, quantity


class AdderTree(Block):
    """One tree of adders with the gates before it, over drawn inputs."""

    kind: Annotated[
        Literal["count", "held", "sum"],
        quantity(
            "",
            "count: bits that pre-charge takes away again; held: XNOR gates, whose weights stay; sum: words that "
            "weights invert, which pre-charge takes away again",
            "setting",
        ),
    ]
    inputs: Annotated[int, quantity("1", "words that are added", "setting")]
    width: Annotated[int, quantity("1", "bits of each of them", "setting")]
    outputs: Annotated[int, quantity("1", "bits of the sum")]
    full_adders: Annotated[int, quantity("1", "of 28 transistors")]
    transistors: Annotated[int, quantity("1", "of adders, XNOR gates, and inverters before them")]
    energy: Annotated[Moments, quantity("J", "of one sum, over drawn inputs: mean and standard deviation")]
    delay: Annotated[float, quantity("s", "after which the slowest sum that was simulated had settled")]
    leakage: Annotated[float, quantity("W", "out of the supply while nothing changes")]
    wrong: Annotated[Probability, quantity("1", "share of sums that are not those of arithmetic", "counted")]

    @property
    def energy_per_bit(self) -> float:
        """Energy [J] of a sum over the bits that go into it."""
        return self.energy.mean / (self.inputs * self.width)


class Adders(Block):
    """Trees of adders behind sense amplifiers."""

    trees: Annotated[tuple[AdderTree, ...], quantity("", "in the order asked")]
    supply: Annotated[float, quantity("V", "of the logic, and of the amplifiers before it", "setting")]
    period: Annotated[float, quantity("s", "of a sum", "setting")]
    status: Annotated[str, quantity("", "how sure the numbers behind it are, in words")]
    method: Annotated[str, quantity("", "in words")]

    def tree(self, kind: str) -> AdderTree | None:
        """Return the tree of a kind with the most bits; None if there is none."""
        found = [tree for tree in self.trees if tree.kind == kind]
        return max(found, key=lambda tree: tree.inputs * tree.width, default=None)


RESULTS = {"adders": Adders}
"""Its blocks by their key in `statistics.json`."""
