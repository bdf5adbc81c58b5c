"""Lightning's own callbacks; made of the namespace that the program uses."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le, Lt

from art.registries import callbacks

Mode = Literal["min", "max"]
Share = Annotated[float, Gt(0), Le(1)]
Count = Annotated[int, Ge(1)]


@callbacks("lightning.EarlyStopping.v1")
def early_stopping(
    monitor: str,
    patience: Annotated[int, Ge(0)] = 3,
    mode: Mode = "min",
    min_delta: float = 0.0,
    strict: bool = True,
    check_finite: bool = True,
    stopping_threshold: float | None = None,
    divergence_threshold: float | None = None,
    check_on_train_epoch_end: bool | None = None,
) -> Any:
    """Ends training once a score has not become better for some epochs."""
    return _made("EarlyStopping", **locals())


@callbacks("lightning.ModelCheckpoint.v1")
def model_checkpoint(
    monitor: str | None = None,
    mode: Mode = "min",
    filename: str | None = None,
    save_top_k: Annotated[int, Ge(-1)] = 1,
    save_last: bool | None = None,
    save_weights_only: bool = False,
    every_n_epochs: Count | None = None,
    every_n_train_steps: Count | None = None,
    save_on_train_epoch_end: bool | None = None,
) -> Any:
    """Keeps checkpoints beside ART's own, in `checkpoints/lightning` of the run folder."""
    return _made("ModelCheckpoint", **locals())


@callbacks("lightning.StochasticWeightAveraging.v1")
def stochastic_weight_averaging(
    swa_lrs: Annotated[float, Gt(0)] | list[float] = 0.01,
    swa_epoch_start: Annotated[int, Ge(1)] | Annotated[float, Ge(0), Le(1)] = 0.8,
    annealing_epochs: Count = 10,
    annealing_strategy: Literal["cos", "linear"] = "cos",
) -> Any:
    """Averages the weights of the last epochs (Izmailov et al. 2018)."""
    return _made("StochasticWeightAveraging", **locals())


@callbacks("lightning.WeightAveraging.v1")
def weight_averaging(use_buffers: bool = True) -> Any:
    """Averages the weights of all steps."""
    return _made("WeightAveraging", **locals())


@callbacks("lightning.EMAWeightAveraging.v1")
def ema_weight_averaging(
    decay: Annotated[float, Gt(0), Lt(1)] = 0.999,
    update_every_n_steps: Count = 1,
    update_starting_at_step: Annotated[int, Ge(0)] | None = None,
    update_starting_at_epoch: Annotated[int, Ge(0)] | None = None,
    use_buffers: bool = True,
) -> Any:
    """Averages the weights of all steps, the late ones the most."""
    return _made("EMAWeightAveraging", **locals())


@callbacks("lightning.LearningRateMonitor.v1")
def learning_rate_monitor(
    logging_interval: Literal["step", "epoch"] | None = None,
    log_momentum: bool = False,
    log_weight_decay: bool = False,
) -> Any:
    """Logs the learning rate of each optimizer."""
    return _made("LearningRateMonitor", **locals())


@callbacks("lightning.GradientAccumulationScheduler.v1")
def gradient_accumulation_scheduler(scheduling: dict[str, int]) -> Any:
    """Sums up gradients over more or fewer batches from some epochs on: `{"0": 1, "4": 2}`."""
    epochs = {int(epoch): batches for epoch, batches in scheduling.items()}
    return _made("GradientAccumulationScheduler", scheduling=epochs)


@callbacks("lightning.DeviceStatsMonitor.v1")
def device_stats_monitor(cpu_stats: bool | None = None) -> Any:
    """Logs what the device is doing."""
    return _made("DeviceStatsMonitor", **locals())


@callbacks("lightning.Timer.v1")
def timer(duration: str | None = None, interval: Literal["step", "epoch"] = "step") -> Any:
    """Ends training after "days:hours:minutes:seconds"."""
    return _made("Timer", **locals(), verbose=False)


@callbacks("lightning.ModelSummary.v1")
def model_summary(max_depth: Annotated[int, Ge(-1)] = 1) -> Any:
    """Writes the layers and their sizes to `logs/module/version_0/summary.txt`."""
    from art.training.callbacks import summary_writer

    return summary_writer(max_depth)


@callbacks("lightning.BackboneFinetuning.v1")
def backbone_finetuning(
    unfreeze_backbone_at_epoch: Annotated[int, Ge(0)] = 10,
    backbone_initial_ratio_lr: Share = 0.1,
    backbone_initial_lr: Annotated[float, Gt(0)] | None = None,
    should_align: bool = True,
    initial_denom_lr: Annotated[float, Gt(0)] = 10.0,
    train_bn: bool = True,
) -> Any:
    """Trains `self.backbone` of a module from some epoch on, first at a low learning rate."""
    return _made("BackboneFinetuning", **locals())


@callbacks("lightning.ModelPruning.v1")
def model_pruning(
    pruning_fn: Literal[
        "ln_structured", "l1_unstructured", "random_structured", "random_unstructured"
    ] = "l1_unstructured",
    amount: Annotated[int, Ge(0)] | Annotated[float, Ge(0), Le(1)] = 0.5,
    use_global_unstructured: bool = True,
    use_lottery_ticket_hypothesis: bool = True,
    pruning_dim: int | None = None,
    pruning_norm: int | None = None,
) -> Any:
    """Sets weights to zero at the end of each epoch, the smallest first."""
    return _made("ModelPruning", **locals())


def _made(name: str, **settings: Any) -> Any:
    from art.training.namespaces import part_of, pl

    return getattr(part_of(pl, "callbacks"), name)(**settings)
