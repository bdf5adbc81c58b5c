"""Exact resuming: a training run that was killed goes on as if it never had been.

The state of a run is taken between two batches, where nothing is half done, and kept in two files
in turn. To resume, the run is begun anew, hooks and all, and becomes the one that was saved at the
moment before its first batch. The order of an epoch and what is drawn for a batch are functions of
the seed, the epoch and the batch, so that the data goes on from where it was.
"""
