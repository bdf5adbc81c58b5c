"""Makes a config from a few choices: one source for `art init config` and the coming page."""

from art.quickstart.choices import SEVEN_STAGES, TASKS, Choices
from art.quickstart.making import make_config

__all__ = ["SEVEN_STAGES", "TASKS", "Choices", "make_config"]
