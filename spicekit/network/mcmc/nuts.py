"""The same posterior by the No-U-Turn sampler of NumPyro (extra `bayes`): the exact answer to compare with."""

from typing import Any

import numpy as np

from spicekit.errors import InputError
from spicekit.network.mcmc.models import Model
from spicekit.network.mcmc.target import Coding


def nuts(
    model: Model, code: Coding, inputs: np.ndarray, labels: np.ndarray, draws: int, chains: int, seed: int
) -> np.ndarray:
    """Return parameters (chains, draws, n) from the posterior of a model over the conductances of `code`.

    Args:
        inputs, labels: (samples, features) with the constant, (samples,) of 0 and 1.
        draws: of each chain, after as many of warm-up.

    Raises:
        InputError: NumPyro is not installed.
    """
    try:
        import jax  # pyright: ignore[reportMissingImports]
        import jax.numpy as jnp  # pyright: ignore[reportMissingImports]
        import numpyro  # pyright: ignore[reportMissingImports]
        from numpyro import distributions as dist  # pyright: ignore[reportMissingImports]
        from numpyro.infer import MCMC, NUTS  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise InputError("the NUTS reference needs NumPyro: `pip install 'spicekit[bayes]'`") from None
    numpyro.enable_x64()
    reach = (code.high - code.centre) / code.spread

    def program() -> Any:
        shape = (2 * model.parameters,)
        drawn: Any = numpyro.sample("g", dist.TruncatedNormal(0.0, 1.0, low=-reach, high=reach).expand(shape))
        half = model.parameters
        w = code.prior_std / np.sqrt(2) * (drawn[:half] - drawn[half:])
        numpyro.deterministic("w", w)
        numpyro.sample(
            "y", dist.Bernoulli(logits=model.score(w, jnp.asarray(inputs), jnp)), obs=jnp.asarray(labels)
        )

    run = MCMC(
        NUTS(program), num_warmup=draws, num_samples=draws, num_chains=chains, chain_method="sequential",
        progress_bar=False,
    )  # fmt: skip
    run.run(jax.random.PRNGKey(seed))
    return np.asarray(run.get_samples(group_by_chain=True)["w"])
