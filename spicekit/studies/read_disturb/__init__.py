"""What reads do to the states that they read."""

ORDER = 70
