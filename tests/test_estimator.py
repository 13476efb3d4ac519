"""Stored estimates are taken up again only if the code would make the same ones."""

import hashlib
from pathlib import Path

from spicekit.characterize import limit
from spicekit.characterize.estimates.task import ESTIMATOR
from spicekit.sampling import rare


def test_the_code_that_makes_estimates_is_part_of_their_identity():
    """If this fails: would the same request give another estimate now? Then raise ESTIMATOR. Then renew the pin."""
    folder = Path(rare.__file__).parent
    sources = [*sorted(folder.glob("*.py")), Path(limit.__file__)]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    assert (ESTIMATOR, hashlib.sha256(text.encode()).hexdigest()[:12]) == (2, "b972869523e1")
