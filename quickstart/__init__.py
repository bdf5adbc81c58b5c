"""Makes a config from a few choices: one source for `art init config` and the coming page."""

from art.quickstart.choices import TASKS, Choices
from art.quickstart.making import make_config

__all__ = ["TASKS", "Choices", "make_config"]
