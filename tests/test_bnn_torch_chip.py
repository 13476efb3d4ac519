"""PyTorch modules on a programmed chip (skipped without the extra `torch`); the witness is NumPy's simulator."""

import copy
import re

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.nn.utils import parametrize  # noqa: E402

from spicekit.errors import InputError  # noqa: E402
from spicekit.network.bnn.faults import Faults, program  # noqa: E402
from spicekit.network.bnn.from_torch import from_torch  # noqa: E402
from spicekit.network.bnn.modules import BinaryConv2d, BinaryLinear, Sign, Thermometer, sign  # noqa: E402
from spicekit.network.bnn.rates import ErrorRates  # noqa: E402
from spicekit.network.bnn.tiling import Block  # noqa: E402
from spicekit.network.bnn.torch_chip import off_chip, on_chip, wrong_weights  # noqa: E402
from spicekit.statistics import Condition  # noqa: E402

SHAPE = (8, 6, 2)
RATES = {
    "plain": ErrorRates(0.2, 0.05),
    "amplifiers": ErrorRates(0.1, 0.1, amplifier_share=0.8),
    "pairs": ErrorRates(0.1, 0.2, amplifier_share=0.5, correlation=0.7),
}


def _convolutional():
    torch.manual_seed(3)
    return nn.Sequential(
        Thermometer([0.3, 0.7]),
        BinaryConv2d(4, 40, (3, 3), padding=1), nn.MaxPool2d(2), nn.BatchNorm2d(40), Sign(),
        nn.Flatten(),
        nn.Sequential(BinaryLinear(12 * 40, 35), nn.BatchNorm1d(35), Sign()),
        BinaryLinear(35, 4), nn.BatchNorm1d(4),
    ).eval()  # fmt: skip


def _same_weights(one, other):
    return all(
        (a.weights.words == b.weights.words).all()
        for (_, a), (_, b) in zip(one.weighted, other.weighted, strict=True)
    )


@pytest.mark.parametrize("rates", RATES.values(), ids=RATES)
def test_a_chip_has_the_same_wrong_weights_as_in_numpy_before_and_after_training(rates):
    model = _convolutional()
    network = from_torch(model, "own", SHAPE)
    for number, programming, verify in ((0, 0, 0), (5, 0, 1), (5, 2, 0)):
        on_chip(model, rates, number, seed=7, programming=programming, verify=verify, network=network)
        chip = program(network, Faults(rates, verify=verify), 7, number, programming)
        assert _same_weights(from_torch(model, "own", SHAPE), chip.network)
        assert sum(int(wrong.sum()) for wrong in wrong_weights(model).values()) == chip.flipped > 0
    values = np.random.default_rng(1).random((30, *SHAPE)).astype(np.float32)
    with torch.no_grad():
        scores = model(torch.from_numpy(values.transpose(0, 3, 1, 2).copy())).numpy()
    assert chip.network.scores(values) == pytest.approx(scores, abs=1e-3)
    with torch.no_grad():  # other weights on the same chip
        for module in model.modules():
            if parametrize.is_parametrized(module):
                module.parametrizations.weight.original.uniform_(-1, 1)
    trained = from_torch(off_chip(copy.deepcopy(model)), "own", SHAPE)
    assert not _same_weights(trained, network)
    assert _same_weights(from_torch(model, "own", SHAPE), program(trained, Faults(rates), 7, 5, 2).network)


def test_blocks_of_another_size_group_errors_as_in_numpy():
    model, block = _convolutional(), Block(rows=8, columns=8)
    network = from_torch(model, "own", SHAPE)
    on_chip(model, RATES["amplifiers"], network=network, block=block)
    chip = program(network, Faults(RATES["amplifiers"], block=block), 0, 0)
    assert _same_weights(from_torch(model, "own", SHAPE), chip.network)


def test_no_cell_errs_for_both_values_and_each_value_at_its_rate():
    layer = on_chip(nn.Sequential(BinaryLinear(300, 300)), RATES["plain"])[0]
    chip = layer.parametrizations.weight[0]
    assert not (chip.plus & chip.minus).any()
    scatter = 4 * np.sqrt(0.2 * 0.8 / 90_000)
    assert chip.plus.float().mean().item() == pytest.approx(0.2, abs=scatter)
    assert chip.minus.float().mean().item() == pytest.approx(0.05, abs=scatter)


def test_errors_are_permanent_in_training_which_goes_round_them():
    """A weight that errs reads what it read, whatever is stored; others learn what a teacher without errors says."""
    torch.manual_seed(0)
    inputs = torch.randint(0, 2, (400, 60)) * 2.0 - 1
    teacher = inputs @ (torch.randint(0, 2, (60, 1)) * 2.0 - 1)
    model = nn.Sequential(
        BinaryLinear(60, 64), nn.BatchNorm1d(64), Sign(), BinaryLinear(64, 2), nn.BatchNorm1d(2)
    )
    labels = (teacher > 0).long().flatten()
    parameters = list(model.parameters())  # before the chip: they stay the same ones

    def trained(steps):
        model.train()
        for _ in range(steps):
            gradients = torch.autograd.grad(nn.functional.cross_entropy(model(inputs), labels), parameters)
            with torch.no_grad():
                for values, gradient in zip(parameters, gradients, strict=True):
                    values -= 0.01 * gradient.sign()
        model.eval()
        return float((model(inputs).argmax(1) == labels).float().mean())

    before = trained(40)
    on_chip(model, ErrorRates(0.2, 0.0), 1)
    stuck = model[0].parametrizations.weight[0].plus
    stored = model[0].parametrizations.weight.original.detach().clone()
    bad = float((model(inputs).argmax(1) == labels).float().mean())
    after = trained(40)
    assert bad < before - 0.1
    assert after > bad + 0.1
    assert (model[0].weight[stuck] == -1).all()  # as +1 reads as -1 there, and -1 as it is
    assert (model[0].parametrizations.weight.original != stored).any()  # hidden weights moved
    assert torch.equal(stuck, model[0].parametrizations.weight[0].plus)


class _Foreign(nn.Module):
    """As quantization layers of others are: signs times the mean size, with a gradient of their own."""

    def __init__(self):
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(6, 9))

    def forward(self, inputs):
        return inputs @ (sign(self.kernel) * self.kernel.abs().mean()).T


def test_layers_of_others_keep_their_sizes_and_plain_ones_get_signs():
    torch.manual_seed(2)
    model = nn.Sequential(_Foreign(), nn.Linear(6, 5), nn.Unflatten(1, (1, 5)), nn.Conv1d(1, 3, 2))
    before = copy.deepcopy(model)
    on_chip(model, ErrorRates(0.3, 0.3), weights=["0.kernel", "1.weight", "3.weight"])
    wrong = wrong_weights(model)
    assert set(wrong) == {"0.kernel", "1.weight", "3.weight"}
    assert torch.equal(model[0].kernel, torch.where(wrong["0.kernel"], -before[0].kernel, before[0].kernel))
    for place in (1, 3):
        read = torch.where(wrong[f"{place}.weight"], -1, 1) * sign(before[place].weight)
        assert torch.equal(model[place].weight, read)
    model(torch.randn(4, 9)).sum().backward()
    assert model[0].parametrizations.kernel.original.grad.abs().sum() > 0
    assert torch.equal(off_chip(model)[1].weight, before[1].weight)
    assert not wrong_weights(model)


def test_a_zero_is_stored_as_plus_one_and_read_wrong_as_minus():
    model = nn.Sequential(_Foreign())
    nn.init.zeros_(model[0].kernel)
    on_chip(model, ErrorRates(0.5, 0.0), weights=["0.kernel"])
    assert (wrong_weights(model)["0.kernel"] == (sign(model[0].kernel) < 0)).all()
    assert wrong_weights(model)["0.kernel"].any()


def test_what_is_stored_moves_to_another_chip():
    """And a deep copy that is taken off its chip leaves the original on it."""
    one, other = (nn.Sequential(BinaryLinear(40, 40)) for _ in range(2))
    on_chip(one, RATES["plain"], 0)
    on_chip(other, RATES["plain"], 1)
    other.load_state_dict(one.state_dict())
    assert torch.equal(off_chip(copy.deepcopy(other))[0].weight, off_chip(copy.deepcopy(one))[0].weight)
    assert not torch.equal(other[0].weight, one[0].weight)


def test_rates_are_those_of_a_condition():
    condition = Condition.model_validate(
        {"name": "own", "set_compliance": 2e-4, "reset_voltage": 2.0, "pulse_width": 1e-6, "ber_2t2r": 0.1}
    )
    by_condition, by_rate = (
        wrong_weights(on_chip(nn.Sequential(_ones()), rates))["0.weight"]
        for rates in (condition, ErrorRates(0.1, 0.1))
    )
    assert torch.equal(by_condition, by_rate)


def _ones():
    layer = BinaryLinear(50, 20)
    nn.init.ones_(layer.weight)
    return layer


@pytest.mark.parametrize(
    ("model", "given", "said"),
    [
        (nn.Linear(2, 2), {}, "no BinaryLinear or BinaryConv2d: name the parameters"),
        (nn.Linear(2, 2), {"weights": ["wight"]}, "the model has no `wight`, expected names of its weights: weight"),
        (nn.Linear(2, 2), {"weights": ["bias"]}, r"`bias` has the shape \(2,\), expected \(outputs, inputs, ...\)"),
        (BinaryLinear(2, 3), {"network": "its"}, "has weights 40x36, 35x480, 4x35, the model 3x2"),
        (BinaryLinear(2, 3), {"network": "its", "weights": ["weight"]}, "expected one of both"),
    ],
)  # fmt: skip
def test_what_is_no_weight_is_refused(model, given, said):
    if "network" in given:
        given = given | {"network": from_torch(_convolutional(), "own", SHAPE)}
    with pytest.raises(InputError, match=said):
        on_chip(model, ErrorRates(0.1, 0.1), **given)


def test_the_script_of_the_docs_trains_on_chips(request, capsys):
    text = (request.config.rootpath / "docs" / "networks.md").read_text(encoding="utf-8")
    _, script = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # more would wait for each other on busy cores
    exec(script.replace("range(3)", "range(1)"), {})
    torch.set_num_threads(threads)
    usual, bad, trained = (float(share) for share in re.findall(r"([\d.]+)%", capsys.readouterr().out))
    assert bad < usual - 2
    assert trained > bad + 2
