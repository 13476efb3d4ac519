"""Training samples moved and mirrored, and those held out to choose by."""

import numpy as np
import pytest

from spicekit.errors import InputError
from spicekit.network.bnn.augment import Augment
from spicekit.network.data import Dataset


def _images(samples=300):
    """Each with one pixel of its own in the middle of the left half."""
    images = np.zeros((samples, 9, 9, 2), np.float32)
    images[:, 4, 2, 1] = np.arange(1, samples + 1)
    return images


def test_pixels_move_by_the_shift_at_most_in_both_directions():
    moved = Augment(shift=2)(_images(), np.random.default_rng(1))
    samples, rows, columns, channels = np.nonzero(moved)
    assert (samples == np.arange(300)).all()
    assert (moved[samples, rows, columns, channels] == np.arange(1, 301)).all()
    assert (channels == 1).all()
    assert set(rows) == {2, 3, 4, 5, 6}
    assert set(columns) == {0, 1, 2, 3, 4}


def test_what_leaves_the_image_is_gone_and_zeros_come_in():
    moved = Augment(shift=3)(np.ones((200, 4, 4, 1), np.float32), np.random.default_rng(2))
    found = {tuple(image.sum(axis=(0, 2)) > 0) for image in moved}
    assert (False, False, False, True) in found
    assert (True, False, False, False) in found


def test_half_of_the_images_are_mirrored():
    images = _images()
    mirrored = Augment(mirror=True)(images, np.random.default_rng(3))
    turned = (mirrored == images[:, :, ::-1]).all(axis=(1, 2, 3))
    assert ((mirrored == images).all(axis=(1, 2, 3)) ^ turned).all()
    assert turned.mean() == pytest.approx(0.5, abs=0.1)


def test_parts_of_a_pixel_lie_between_neighbours():
    """A pixel in the middle keeps its sum, and its centre moves by the part."""
    images = np.zeros((400, 5, 7, 1), np.float32)
    images[:, 2, 3] = 1
    moved = Augment(part=0.5)(images, np.random.default_rng(5))
    assert moved.sum(axis=(1, 2, 3)) == pytest.approx(np.ones(400), abs=1e-6)
    for axis, centre in ((1, 2), (2, 3)):
        places = np.arange(images.shape[axis]) - centre
        found = (moved.sum(axis=(3, 3 - axis)) * places).sum(axis=1)
        assert np.abs(found).max() == pytest.approx(0.5, abs=0.02)
        assert found.mean() == pytest.approx(0, abs=0.06)
    assert moved.dtype == np.float32


def test_nothing_is_done_unless_asked_for():
    assert not Augment()
    assert Augment(mirror=True)
    assert Augment(part=0.5)
    assert str(Augment(shift=4, mirror=True)) == "shifted by up to 4 pixels and mirrored"
    assert (Augment()(_images(), np.random.default_rng(4)) == _images()).all()


def _data(labels):
    labels = np.array(labels)
    inputs = np.arange(len(labels), dtype=np.float32)[:, None]
    return Dataset("own", inputs, labels, inputs[:1] - 9, labels[:1], tuple("abc"), "none", "none")


def test_the_last_of_each_class_are_held_out():
    held = _data([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]).held_out(3)
    assert held.test_inputs[:, 0].tolist() == [3, 7, 11]
    assert held.test_labels.tolist() == [0, 1, 2]
    assert held.train_inputs[:, 0].tolist() == [0, 1, 2, 4, 5, 6, 8, 9, 10]
    assert -9 not in held.test_inputs  # no test sample is left


def test_a_tenth_is_held_out_and_no_more_than_five_thousand():
    assert len(_data([0, 1] * 100).held_out().test_labels) == 20
    assert len(_data([0, 1] * 40_000).held_out().test_labels) == 5000


@pytest.mark.parametrize("samples", [0, -1, 20, 21])
def test_a_split_without_samples_is_refused(samples):
    with pytest.raises(
        InputError, match=rf"`own`: {samples} validation samples asked for of 20 training samples"
    ):
        _data([0, 1] * 10).held_out(samples)
