"""Layers of settings laid one over the other; every value keeps its origin."""
