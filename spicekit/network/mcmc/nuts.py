"""The same posterior by the No-U-Turn sampler of NumPyro (extra `bayes`): the exact answer to compare with."""

from typing import Any

import numpy as np

from spicekit.errors import InputError, install_extra
from spicekit.network.mcmc.models import Model
from spicekit.network.mcmc.target import Coding


def nuts(
    model: Model, code: Coding, inputs: np.ndarray, labels: np.ndarray, draws: int, chains: int, seed: int
) -> np.ndarray:
    """Return parameters (splits, chains, draws, n) from the posterior of a model over the conductances of `code`.

    Args:
        inputs, labels: (splits, samples, features) with the constant, (splits, samples) of 0 and 1.
        draws: of each chain, after as many of warm-up.
        seed: split k has this plus k.

    Raises:
        InputError: NumPyro is not installed.
    """
    try:
        import jax
        import jax.numpy as jnp
        import numpyro
        from numpyro import distributions as dist
        from numpyro.infer import MCMC, NUTS
    except ImportError:
        raise InputError(f"the NUTS reference needs NumPyro: {install_extra('bayes')}") from None
    numpyro.enable_x64()
    reach = (code.high - code.centre) / code.spread

    def program(x: Any, y: Any) -> Any:
        shape = (2 * model.parameters,)
        drawn: Any = numpyro.sample("g", dist.TruncatedNormal(0.0, 1.0, low=-reach, high=reach).expand(shape))
        half = model.parameters
        w = code.prior_std / np.sqrt(2) * (drawn[:half] - drawn[half:])
        numpyro.deterministic("w", w)
        numpyro.sample("y", dist.Bernoulli(logits=model.score(w, x, jnp)), obs=y)

    run = MCMC(
        NUTS(program), num_warmup=draws, num_samples=draws, num_chains=chains, chain_method="sequential",
        progress_bar=False, jit_model_args=True,  # compiled once for all splits
    )  # fmt: skip
    found = []
    for split, (x, y) in enumerate(zip(inputs, labels, strict=True)):
        run.run(jax.random.PRNGKey(seed + split), jnp.asarray(x), jnp.asarray(y))
        found.append(np.asarray(run.get_samples(group_by_chain=True)["w"]))
    return np.array(found)
