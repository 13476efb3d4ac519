"""Programming conditions.

Write–read trials: both devices of a 2T2R cell are programmed from their opposite states, and read by the sense
amplifier; fresh, and after cycles of programming. The experiment file asks for them by `[[conditions]]` and
`[endurance]`, and their results are the `conditions` of `statistics.json`.
"""

ORDER = 0
