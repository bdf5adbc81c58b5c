"""Where a stage ran out of memory: the batch size that would have fit, found by halving."""

from __future__ import annotations

from art.config import RecipeConfig
from art.running.capacity import take_steps
from art.running.memory import let_go, release
from art.training.failures import is_out_of_memory, last_line


def memory_line(config: RecipeConfig, error: BaseException) -> str:
    """What ran out, and the setting that avoids it, in one line.

    Training steps are taken on half the batch, and half of that, until they fit. What the stage
    held is given back first, so the traceback must have been written before.

    Args:
        config: the recipe for the model at hand.
        error: what ended the stage.
    """
    what = f"out of memory ({last_line(error)})"
    let_go(error)
    batch = (config.block("data") or {}).get("batch_size")
    if not isinstance(batch, int):
        return f"{what}. Make the batch smaller, or run where there is more memory."
    wanted = min(batch, config.system.max_batch_size or batch)
    size = wanted
    try:
        while size and not _fits(config, size):
            size //= 2
    except Exception as failure:
        return (
            f"{what}. What batch would fit could not be measured ({last_line(failure)}): try "
            f"`--system.max_batch_size={max(wanted // 2, 1)}`."
        )
    if size == wanted:
        return (
            f"{what}, though training steps on {wanted} samples fit by themselves: look for what "
            f"grows from step to step (losses kept with their graph), or what else takes memory."
        )
    if not size:
        return f"{what}: not even one sample fits. Take a smaller model, or more memory."
    return (
        f"{what} with {wanted} samples at once; {size} fit. Run it again with "
        f"`--system.max_batch_size={size}`: gradients are then summed up over the parts of a batch."
    )


def _fits(config: RecipeConfig, size: int) -> bool:
    try:
        take_steps(config.with_settings({"data.batch_size": size}, "measured"))
    except Exception as error:
        short = is_out_of_memory(error)
        let_go(error)
        if not short:
            raise
        return False
    finally:
        release()
    return True
