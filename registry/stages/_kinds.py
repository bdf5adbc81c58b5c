"""The kinds of task that choose among classes: one for each sample, or for each pixel."""

CLASSES = ("classification", "segmentation")
