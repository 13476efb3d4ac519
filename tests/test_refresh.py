"""How soon a chip in use must be programmed again, by hand."""

import numpy as np
import pytest

from spicekit.network.bnn import Bits, Dense, Encode, Flatten, Network, Scores
from spicekit.network.bnn.layers import Convolution, Threshold
from spicekit.network.bnn.refresh import refresh_note, refresh_of
from spicekit.studies.read_disturb.result import DisturbPoint, ReadDisturb


def _point(state, **given):
    return DisturbPoint(state=state, samples=40, censored=0, discards=0, **given)


DISTURB = ReadDisturb(
    points=(
        _point("lrs", unit="reads", median=5e6),
        _point("hrs", unit="reads", median=2.5e4, four_sigma=180.0),
        _point("hrs", unit="s", voltage=0.1, median=0.2),
    ),
    set_compliance=2e-4, reset_voltage=2.5, pulse_width=1e-6, status="made up", method="",
)  # fmt: skip


def _network(convolutional):
    rng = np.random.default_rng(0)

    def bits(*shape):
        return Bits.pack(rng.random(shape) < 0.5)

    def threshold(outputs):
        return Threshold(np.zeros(outputs), np.zeros(outputs, bool))

    if convolutional:  # 3 x 3 places of a kernel of 2 x 2 on 4 x 4
        first = (Convolution(bits(5, 4), threshold(5), (2, 2), 1), Flatten())
    else:
        first = (Flatten(), Dense(bits(45, 16), threshold(45)))
    last = Scores(bits(3, 45), np.ones(3), np.zeros(3))
    return Network("made up", (4, 4, 1), (Encode(np.array([0.5])), *first, last))


@pytest.mark.parametrize(("convolutional", "places"), [(False, 1), (True, 9)])
def test_the_state_that_moves_first_sets_the_time(convolutional, places):
    network = _network(convolutional)
    found = refresh_of(DISTURB, network)
    assert (found.state, found.reads, found.weakest) == ("hrs", 2.5e4, 180.0)
    # 25,000 reads at a million inferences per second, each of which reads a weight at every place
    assert found.seconds == pytest.approx(2.5e4 / 1e6 / places)
    said = refresh_note(found, (), network)
    assert "in HRS have moved by a tenth after 2.5e4 reads" in said
    assert "after 180 reads" in said


def test_statistics_without_the_study_say_so():
    assert refresh_of(None, _network(False)) is None
    assert "do not say how many reads a state survives" in refresh_note(None, (), _network(False))
