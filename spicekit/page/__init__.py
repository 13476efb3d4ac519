"""How anything is shown: drawings, numbers in words, sections."""
