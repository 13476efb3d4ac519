"""Error rates of aged cells.

One rare-event estimate for each condition and age of `[endurance]`, where that table gives `max_runs`: the curve of the
bit error rate against cycles, and where it crosses the criterion. Pairs store +1, since cell and amplifier are their
own mirror image. The results are the `endurance` of the conditions in [`statistics.json`](statistics.md), beside what
was counted of aged cells.
"""

ORDER = 910
