"""Makes a config from a few choices: one source for `art init config` and for the page."""

from art.quickstart.making import make_config
from art.quickstart.options import Options, load_options

__all__ = ["Options", "load_options", "make_config"]
