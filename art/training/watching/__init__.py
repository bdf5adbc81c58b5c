"""Callbacks that watch a training run: scores, the best weights, stopping, progress."""
