"""What ART costs programs that are slow to set up, large or both: counts, seconds, bytes."""
