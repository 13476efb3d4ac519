"""What the studies of oscillators share: drawn junctions, records, and how a record is analysed."""
