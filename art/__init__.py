"""ART: Actually Robust Training."""
