"""Scores of a module over whole splits: its predictions, whatever its make, and metrics of them."""
