"""Training samples as they might have been: shifted by some pixels, mirrored."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Augment:
    """What is done to a training sample each time that it is seen; nothing unless asked for."""

    shift: int = 0  # pixels at most, in height and in width
    mirror: bool = False  # every second one, left to right
    part: float = 0.0  # of a pixel at most, besides: between neighbours, for images of few pixels

    def __bool__(self) -> bool:
        """Return whether anything is done."""
        return bool(self.shift or self.mirror or self.part)

    def __call__(self, images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        """Return images (samples, height, width, channels) of the same size; zeros where they were moved away."""
        samples, high, wide, _ = images.shape
        reach = self.shift
        around = np.pad(images, ((0, 0), (reach, reach), (reach, reach), (0, 0)))
        rows = np.arange(high) + generator.integers(0, 2 * reach + 1, (samples, 1))
        columns = np.arange(wide) + generator.integers(0, 2 * reach + 1, (samples, 1))
        if self.mirror:
            columns = np.where(generator.random((samples, 1)) < 0.5, columns, columns[:, ::-1])
        moved = around[np.arange(samples)[:, None, None], rows[:, :, None], columns[:, None, :]]
        for axis in (1, 2) if self.part else ():
            moved = _between(moved, axis, generator.uniform(-self.part, self.part, samples))
        return moved

    def __str__(self) -> str:
        """Return in words what is done."""
        said = [f"shifted by up to {self.shift} pixels"] if self.shift else []
        said += [f"shifted by up to {self.part:g} of a pixel"] if self.part else []
        said += ["mirrored"] if self.mirror else []
        return " and ".join(said) or "as they are"


AS_THEY_ARE = Augment()


def _between(images: np.ndarray, axis: int, parts: np.ndarray) -> np.ndarray:
    """Return images moved along an axis by parts of a pixel (samples,), each pixel between itself and a neighbour."""
    zeros = np.zeros_like(images.take([0], axis))
    size, parts = images.shape[axis], parts.astype(images.dtype)[:, None, None, None]
    before = np.concatenate([zeros, images.take(range(size - 1), axis)], axis)
    behind = np.concatenate([images.take(range(1, size), axis), zeros], axis)
    return images + np.abs(parts) * (np.where(parts > 0, before, behind) - images)
