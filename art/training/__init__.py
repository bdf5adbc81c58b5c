"""Lightning: the trainer, loaders, exact randomness, checkpoints, and the wrapping of an nn.Module.

Knows no config and no run store: it is given settings, folders and sinks.
"""
