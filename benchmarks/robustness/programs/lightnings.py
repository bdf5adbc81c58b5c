"""Callbacks that come with Lightning: weight averaging, stopping early, checkpoints."""

from pytorch_lightning import callbacks

import art
from benchmarks.robustness.programs._parts import Data, Module

art.data("lightnings.v1")(Data)
art.models("lightnings.v1")(Module)


@art.callbacks("lightnings.Averaging.v1")
def averaging():
    return callbacks.StochasticWeightAveraging(swa_lrs=0.005, swa_epoch_start=2)


@art.callbacks("lightnings.Stopping.v1")
def stopping():
    return callbacks.EarlyStopping("val_loss", patience=1, min_delta=0.05)


@art.callbacks("lightnings.Growing.v1")
def growing():
    return callbacks.GradientAccumulationScheduler({0: 1, 2: 3})
