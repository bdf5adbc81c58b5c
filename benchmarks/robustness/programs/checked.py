"""Settings of Lightning's Trainer: validation inside an epoch, a sanity check, fresh loaders."""

import art
from benchmarks.robustness.programs._parts import Data, Module

art.data("checked.v1")(Data)
art.models("checked.v1")(Module)
