"""PyTorch modules and the networks of bits made from them (skipped without the extra `torch`)."""

import importlib
import re
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from spicekit.errors import InputError  # noqa: E402
from spicekit.network.bnn.augment import Augment  # noqa: E402
from spicekit.network.bnn.baseline import eight_bits, weights_of  # noqa: E402
from spicekit.network.bnn.file import load_network  # noqa: E402
from spicekit.network.bnn.fitting import fitted  # noqa: E402
from spicekit.network.bnn.from_torch import from_torch  # noqa: E402
from spicekit.network.bnn.modules import BinaryConv2d, BinaryLinear, Sign, Stream, Thermometer  # noqa: E402
from spicekit.network.bnn.reference import REAL, REFERENCES, Reference, Stage, convolutional  # noqa: E402
from spicekit.network.bnn.train import accuracy, main, train  # noqa: E402
from spicekit.network.data import Dataset, load_data  # noqa: E402


def _shaken(model):
    """The model with batch norms as training may leave them, negative slopes included."""
    for module in model:
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            for values in (module.weight.data, module.bias.data, module.running_mean):
                values.copy_(torch.randn_like(values))
            module.running_var.copy_(torch.rand_like(module.running_var) * 50)
    return model.eval()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_zero_is_plus_one_and_the_gradient_passes_up_to_one(dtype):
    """A hidden weight that was clipped to ±1 must be able to come back, in either precision."""
    beyond = 1 + torch.finfo(dtype).eps
    values = torch.tensor([-beyond, -1, -0.5, -0.0, 0.0, 0.5, 1, beyond], dtype=dtype, requires_grad=True)
    signs = Sign()(values)
    (3 * signs).sum().backward()
    assert signs.tolist() == [-1, -1, -1, 1, 1, 1, 1, 1]
    assert values.grad.tolist() == [0, 3, 3, 3, 3, 3, 3, 0]


@pytest.mark.parametrize("pool_first", [False, True])
@pytest.mark.parametrize("shape", [(12, 12, 2), (1, 40, 2)])
def test_bits_give_the_scores_of_the_module(shape, pool_first):
    torch.manual_seed(3)
    high, wide, channels = shape
    kernel, pool = ((3, 3), (2, 2)) if high > 1 else ((1, 5), (1, 2))
    features = (high // pool[0]) * (wide // pool[1]) * 8
    model = _shaken(
        nn.Sequential(
            Thermometer([0.3, 0.7]),
            BinaryConv2d(2 * channels, 8, kernel, padding=kernel[1] // 2),
            *([nn.MaxPool2d(pool), nn.BatchNorm2d(8), Sign()] if pool_first else
              [nn.BatchNorm2d(8), Sign(), nn.MaxPool2d(pool)]),
            nn.Flatten(), nn.Dropout(),
            BinaryLinear(features, 20), nn.BatchNorm1d(20), Sign(),
            BinaryLinear(20, 4), nn.BatchNorm1d(4),
        )
    )  # fmt: skip
    if pool_first:
        norm = next(module for module in model if isinstance(module, nn.BatchNorm2d))
        with pytest.raises(InputError, match="needs slopes of 0 or more"):
            from_torch(model, "own", shape)
        norm.weight.data.abs_()
    values = np.random.default_rng(1).random((50, *shape)).astype(np.float32)
    with torch.no_grad():
        expected = model(torch.from_numpy(values.transpose(0, 3, 1, 2).copy())).numpy()
    assert from_torch(model, "own", shape).scores(values) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([nn.Linear(4, 2)], "`Linear` 2 has no counterpart in bits"),
        ([BinaryLinear(4, 2)], "`BinaryLinear` 2 needs a BatchNorm behind it, got nothing"),
        (
            [BinaryLinear(4, 2), nn.BatchNorm1d(2), nn.ReLU()],
            "`BinaryLinear` 2 needs a Sign behind its BatchNorm, got `ReLU` 4",
        ),
        (
            [BinaryLinear(4, 2), nn.BatchNorm1d(2), nn.Hardtanh(0.5, 1), Sign()],
            "`BinaryLinear` 2 needs a Sign behind its BatchNorm, got `Hardtanh` 4",
        ),
        ([BinaryLinear(5, 2), nn.BatchNorm1d(2)], "`BinaryLinear` 2 takes 5 inputs, gets 4"),
        (
            [BinaryLinear(4, 2), nn.BatchNorm1d(3)],
            "`BatchNorm1d` 3 is for 3 outputs, the layer before it has 2",
        ),
        (
            [BinaryLinear(4, 2), nn.BatchNorm1d(2, track_running_stats=False)],
            "`BatchNorm1d` 3 keeps no running mean and variance",
        ),
    ],
)
def test_what_has_no_counterpart_is_named(layers, said):
    model = nn.Sequential(Thermometer([0.5]), nn.Flatten(), *layers)
    with pytest.raises(InputError, match=said):
        from_torch(model, "own", (2, 2, 1))


def _dense(norm=None, last=None, sign=()):
    return nn.Sequential(
        Thermometer([0.3, 0.6]), nn.Flatten(), BinaryLinear(32, 12), norm or nn.BatchNorm1d(12), *sign, Sign(),
        BinaryLinear(12, 3), last or nn.BatchNorm1d(3),
    )  # fmt: skip


SHAPE = (4, 4, 1)
BROKEN = {
    "slopes": "weight", "offsets": "bias", "means": "running_mean", "variances": "running_var",
}  # fmt: skip


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("layer", [3, 6])
@pytest.mark.parametrize("what", BROKEN)
def test_a_batch_norm_that_diverged_is_named(what, layer, value):
    model = _dense()
    with torch.no_grad():
        getattr(model[layer], BROKEN[what])[1] = value
    with pytest.raises(InputError, match=rf"`BatchNorm1d` {layer} has 1 of \d+ {what} that are not finite"):
        from_torch(model.eval(), "own", SHAPE)


def test_weights_and_levels_that_diverged_are_named():
    for layer, what in ((2, "weights"), (0, "levels")):
        model = _dense()
        with torch.no_grad():
            next(iter([*model[layer].parameters(), *model[layer].buffers()])).view(-1)[0] = float("nan")
        with pytest.raises(InputError, match=rf"{layer} has 1 of \d+ {what} that are not finite"):
            from_torch(model.eval(), "own", SHAPE)


def test_a_module_of_ones_own_is_refused_in_words():
    class Own(nn.Module):
        pass

    with pytest.raises(InputError, match=r"`Own` is no nn\.Sequential"):
        from_torch(Own(), "own", SHAPE)


@pytest.mark.parametrize(
    "between",
    [(nn.Hardtanh(),), (nn.Identity(),), (nn.Dropout(), nn.Tanh()), (nn.Sequential(nn.Hardtanh()),)],
)
def test_what_changes_no_sign_is_skipped(between):
    torch.manual_seed(0)
    plain = _shaken(_dense())
    model = nn.Sequential(
        nn.Sequential(*list(plain)[:2]), *list(plain)[2:4], *between, *list(plain)[4:]
    ).eval()
    values = np.random.default_rng(1).random((40, *SHAPE)).astype(np.float32)
    with torch.no_grad():
        expected = model(torch.from_numpy(values.transpose(0, 3, 1, 2).copy())).numpy()
    assert from_torch(model, "own", SHAPE).scores(values) == pytest.approx(expected, abs=1e-3)


def test_inner_sequentials_are_named_by_their_path():
    model = nn.Sequential(Thermometer([0.5]), nn.Sequential(nn.Flatten(), nn.ReLU()))
    with pytest.raises(InputError, match=r"`ReLU` 1\.1 has no counterpart"):
        from_torch(model, "own", SHAPE)


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float16, torch.float64])
def test_any_precision_is_converted(kind):
    torch.manual_seed(1)
    model = _shaken(_dense())
    samples = np.random.default_rng(1).random((40, 1, 4, 4)).astype(np.float32)
    network = from_torch(model.to(kind), "own", SHAPE, samples=samples)
    assert len(network.reference.scores) > 10


def test_flat_inputs_are_taken():
    torch.manual_seed(2)
    model = nn.Sequential(Thermometer([0.3, 0.6]), BinaryLinear(10, 3), nn.BatchNorm1d(3)).eval()
    values = np.random.default_rng(1).random((40, 5)).astype(np.float32)
    with torch.no_grad():
        expected = model(torch.from_numpy(values)).numpy()
    network = from_torch(model, "own", (5,), samples=values)
    assert network.scores(values) == pytest.approx(expected, abs=1e-3)
    assert network.input_range == (values.min(), values.max())


def test_samples_of_another_layout_are_refused():
    with pytest.raises(
        InputError, match=r"`samples` have shape \(7, 4, 4, 1\), expected \(samples, 1, 4, 4\)"
    ):
        from_torch(_dense().eval(), "own", SHAPE, samples=np.zeros((7, *SHAPE)))


def test_streams_are_seen_in_training_and_one_bit_in_use():
    """Means of four bits: in fifths of the way from -1 to +1, on average 2 x - 1."""
    torch.manual_seed(1)
    values, module = torch.full((1, 1, 100, 100), 0.3), Stream(4)
    means = module.train()(values)
    assert set(means.unique().tolist()) == {-1.0, -0.5, 0.0, 0.5, 1.0}
    assert means.mean().item() == pytest.approx(2 * 0.3 - 1, abs=0.02)
    assert (module.eval()(values) == -1).all()
    assert torch.allclose(Stream(None).train()(values), values * 2 - 1)


def test_training_learns_and_repeats():
    data = load_data("digits")
    first, again = (train(REFERENCES["digits_dense"], data, epochs=3) for _ in range(2))
    assert accuracy(first, data) > 0.5  # one in ten by chance
    for one, other in zip(first.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)
    network = from_torch(first, "digits", data.train_inputs.shape[1:])
    assert network.accuracy(data.test_inputs, data.test_labels) == pytest.approx(
        accuracy(first, data), abs=0.003
    )


def test_batch_norms_are_settled_on_batches_of_the_whole_set():
    """Also where samples follow each other by patient or hand: no batch of one of them alone is normalized."""
    data = load_data("digits").held_out(400)
    order = np.argsort(data.train_inputs.mean(axis=(1, 2, 3)))  # from dark to bright
    data = replace(data, train_inputs=data.train_inputs[order], train_labels=data.train_labels[order])

    def model(*_, **__):
        return nn.Sequential(nn.Conv2d(1, 1, 8), nn.BatchNorm2d(1), nn.Flatten(), nn.Linear(1, 10))

    conv, norm, *_ = train(Reference("digits", model, 1, 1e-3), data)
    with torch.no_grad():
        sums = conv(torch.from_numpy(data.train_inputs.transpose(0, 3, 1, 2).copy())).numpy()
    assert norm.running_mean.numpy() == pytest.approx([sums.mean()], abs=0.02)
    assert norm.running_var.numpy() == pytest.approx([sums.var()], rel=0.02)


def test_eight_bits_round_each_neuron_to_a_255th_of_its_range():
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(50, 7, bias=False), nn.BatchNorm1d(7))
    before, after = model[0].weight.data, eight_bits(model)[0].weight.data
    steps = after / (before.abs().amax(1, keepdim=True) / 127)
    assert steps.numpy() == pytest.approx(steps.round().numpy(), abs=1e-4)
    assert ((after - before).abs() <= before.abs().amax(1, keepdim=True) / 254 + 1e-7).all()
    assert weights_of(model) == 350


@pytest.mark.parametrize("name", sorted(REFERENCES))
def test_every_reference_is_built_binarized_and_real(name):
    shape = {"cifar10": (32, 32, 3), "mitbih": (1, 100, 1), "digits": (8, 8, 1)}.get(
        REFERENCES[name].data, (28, 28, 1)
    )
    images = np.random.default_rng(0).random((4, *shape)).astype(np.float32)
    labels = np.arange(4) % 2
    data = Dataset("made up", images, labels, images, labels, tuple("0123456789"), "none", "made up")
    network = from_torch(REFERENCES[name].model(data, width=0.25).eval(), "own", shape)
    assert network.scores(images).shape == (4, 10)
    real = REFERENCES[name].model(data, kind=REAL, width=0.25).eval()
    assert real(torch.from_numpy(images.transpose(0, 3, 1, 2).copy())).shape == (4, 10)


class _Interrupted(Exception):
    pass


def _tiny(**changes):
    """A network with all that is random in a training: order, shifts, mirroring, weights that are read wrong."""
    model = convolutional([0.3, 0.6], [Stage(4, (4, 4), stride=2), Stage(6, pool=(2, 2))], [10])
    return replace(Reference("digits", model, 3, 1e-2, augment=Augment(shift=1, mirror=True)), **changes)


@pytest.mark.parametrize("bfloat16", [False, True])
def test_an_interrupted_training_ends_as_if_it_had_not_been(bfloat16, tmp_path):
    data, said, asked = _few(), [], {"error_rate": 0.05, "seed": 3, "bfloat16": bfloat16}
    whole = train(_tiny(), data, **asked, say=said.append)

    def interrupt(line):
        if line.startswith("epoch 2/3"):
            raise _Interrupted

    path = tmp_path / "run.pt"
    with pytest.raises(_Interrupted):
        train(_tiny(), data, **asked, checkpoint=path, say=interrupt)
    torch.manual_seed(99)  # as in another process
    rest = []
    gone_on = train(_tiny(), data, **asked, checkpoint=path, say=rest.append)
    assert [line.split(",")[0] for line in rest] == [said[2].split(",")[0]]
    for (key, one), other in zip(whole.state_dict().items(), gone_on.state_dict().values(), strict=True):
        assert torch.equal(one, other), key
    assert not torch.equal(whole[1].weight, train(_tiny(), data, **asked | {"seed": 4})[1].weight)
    for changed, said_of in (
        ({"seed": 4}, "`seed` 3, now it is 4"),
        ({"epochs": 5}, "`epochs` 3, now it is 5"),
    ):
        with pytest.raises(InputError, match=rf"run\.pt: is of a training with {said_of}: ask for the same"):
            train(_tiny(), data, **asked | changed, checkpoint=path)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(InputError, match="not a checkpoint of a network of this shape"):
        train(_tiny(), data, **asked, checkpoint=path)


def _few():
    return replace(load_data("digits").held_out(1200), test_inputs=np.zeros((2, 8, 8, 1), np.float32),
                   test_labels=np.zeros(2, np.int64))  # fmt: skip


def test_bfloat16_is_for_training_alone():
    """Sums of bits up to 256 are exact in it, so what is trained hardly differs; the model itself is in float32."""
    data = _few()
    exact, fast = (train(_tiny(epochs=1), data, bfloat16=kind) for kind in (False, True))
    assert {value.dtype for value in fast.parameters()} == {torch.float32}
    assert not torch.equal(exact[1].weight, fast[1].weight)
    same = [((one >= 0) == (other >= 0)).float().mean() for one, other in zip(exact.parameters(), fast.parameters(),
                                                                              strict=True)]  # fmt: skip
    assert min(same) > 0.6


def test_a_network_with_stages_is_the_one_of_bits():
    """Kernels of even size, a stride, a stage without a pool: as PyTorch has them."""
    torch.manual_seed(5)
    stages = [Stage(8, (4, 4), stride=2), Stage(6), Stage(10, pool=(2, 2))]
    values = np.random.default_rng(1).random((20, 12, 12, 3)).astype(np.float32)
    data = Dataset("own", values, np.zeros(20, int), values, np.zeros(20, int), tuple("0123"), "none", "none")
    model = _shaken(convolutional([0.3, 0.6], stages, [])(data))
    for module in model:
        if isinstance(module, nn.BatchNorm2d):
            module.weight.data.abs_()
    with torch.no_grad():
        expected = model(torch.from_numpy(values.transpose(0, 3, 1, 2).copy())).numpy()
    network = from_torch(model, "own", values.shape[1:])
    assert network.scores(values) == pytest.approx(expected, abs=1e-3)
    assert [shape for shape in network.shapes if len(shape) == 3] == [
        (12, 12, 6), (6, 6, 8), (6, 6, 6), (6, 6, 10), (3, 3, 10),
    ]  # fmt: skip


def test_the_command_holds_samples_out_and_says_what_it_did(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(REFERENCES, "tiny", _tiny(epochs=1))
    path = tmp_path / "own.npz"
    checkpoint = ["--checkpoint", str(tmp_path / "run.pt")]
    main(["tiny", "--validation", "1000", "--shift", "2", *checkpoint, "-o", str(path)])
    said = capsys.readouterr().out
    assert re.search(r"epoch 1/1: loss \d\.\d+, validation \d+\.\d\d%", said)
    kept = len(load_data("digits").held_out(1000).train_labels)
    network = load_network(path)
    assert (
        f"trained on {kept} samples, shifted by up to 2 pixels and mirrored; {1437 - kept} more for validation"
        in (network.notes)
    )
    data = load_data("digits")
    right = network.accuracy(data.test_inputs, data.test_labels)
    assert f"test accuracy {right:.2%}" in network.notes
    assert re.search("seed 0, sums in (bfloat16|float32);", network.notes)
    with pytest.raises(SystemExit):
        main(["tiny", "--shift", "-1", "-o", str(path)])
    assert "--shift: got -1, expected 0 or more pixels" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["tiny", "--validation", "1437", "-o", str(path)])
    assert "1437 validation samples asked for of 1437 training samples" in capsys.readouterr().err
    for option in ("-o", "--checkpoint"):  # before the training, not behind it
        with pytest.raises(SystemExit):
            main(["tiny", "-o", str(path), option, str(tmp_path / "none" / "file.npz")])
        assert (
            f"there is no folder {tmp_path / 'none'} for file.npz: make it first" in capsys.readouterr().err
        )


def test_training_goes_on_from_a_checkpoint(tmp_path):
    data, reference = load_data("digits"), REFERENCES["digits_dense"]
    first = train(reference, data, epochs=3, checkpoint=tmp_path / "first.pt")
    still = train(replace(reference, learning_rate=1e-9), data, epochs=1, start=tmp_path / "first.pt")
    for one, other in zip(first.parameters(), still.parameters(), strict=True):
        assert other.detach().numpy() == pytest.approx(one.detach().numpy(), abs=1e-6)
    with pytest.raises(InputError, match="not a checkpoint of a network of this shape"):
        train(REFERENCES["mnist_dense"], data, epochs=1, start=tmp_path / "first.pt")
    with pytest.raises(InputError, match="no such file; expected what `--checkpoint`"):
        train(reference, data, epochs=1, start=tmp_path / "none.pt")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--seed", "-1"], "--seed: got -1, expected a whole number from 0 to 4294967295"),
        (["--error-rate", "2"], "--error-rate: got 2, expected a rate from 0 to 0.5"),
        (["--epochs", "0"], "--epochs: got 0, expected 1 or more"),
        (["--batch", "0"], "--batch: got 0, expected 2 samples or more"),
        (["--width", "0"], "--width: got 0, expected 0.01 to 100 times"),
        (["--learning-rate", "nan"], "--learning-rate: got nan, expected a rate above 0, 100 at most"),
        (["-o", "out.txt"], "--output: got out.txt, expected a name that ends in .npz"),
    ],
)
def test_options_that_no_training_has_are_refused_in_one_line(arguments, said, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["digits_dense", "-o", "out.npz", *arguments])
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


@pytest.mark.parametrize("module", ["train", "baseline"])
def test_bad_input_ends_in_one_line(module, tmp_path, capsys):
    arguments = ["mnist_dense", "--path", str(tmp_path / "none")]
    output = ["-o", str(tmp_path / "out.npz")] if module == "train" else []
    main = importlib.import_module(f"spicekit.network.bnn.{module}").main
    with pytest.raises(SystemExit) as ended:
        main([*arguments, *output])
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert str(tmp_path / "none") in line


def test_the_script_of_the_docs_trains_a_network_that_is_judged(request, tmp_path, monkeypatch):
    text = (request.config.rootpath / "docs" / "networks.md").read_text(encoding="utf-8")
    script, _ = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(tmp_path)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # more would wait for each other on busy cores
    exec(script, {})
    torch.set_num_threads(threads)
    network, data = load_network(tmp_path / "own.npz"), load_data("mine.npz")
    inputs = fitted(network, data)
    assert network.accuracy(inputs, data.test_labels) > 0.7
    assert (fitted(network, load_data("digits")) == inputs).all()  # the set that comes along is scaled alike
    np.savez("unscaled.npz", x_test=16 * inputs, y_test=data.test_labels)
    with pytest.raises(InputError, match=r"run from 0 to 16, but network `own` was made for 0 to 1"):
        fitted(network, load_data("unscaled.npz"))
