"""What the name of a logged value says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

MIN = {
    "loss", "error", "err", "mse", "mae", "rmse", "mape", "smape", "perplexity", "ppl", "nll",
    "bce", "ce", "wer", "cer", "ece", "brier", "fid", "msle", "rmsle",
}  # fmt: skip
MAX = {
    "acc", "accuracy", "f1", "f1score", "fbeta", "auc", "auroc", "rocauc", "auprc", "r2", "r2score",
    "precision", "recall", "sensitivity", "specificity", "iou", "miou", "jaccard", "dice", "map",
    "top1", "top3", "top5", "bleu", "rouge", "psnr", "ssim", "kappa", "mcc", "ndcg", "mrr", "elbo",
}  # fmt: skip
TURNED = {"neg", "negative", "minus", "inv", "inverse", "one", "delta", "diff", "gap"}
"""Words that may turn a score around."""


def words_of(name: str) -> list[str]:
    """The words of a name, in lower case: `val/F1Score_macro` gives val, f1, score, macro."""
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return [word for word in re.split(r"[^a-zA-Z0-9]+", parted.lower()) if word]


def direction_of(name: str, declared: Mapping[str, str]) -> str:
    """`min` or `max` as a score gets better; empty where its name does not say."""
    if name in declared:
        return declared[name]
    words = set(words_of(name))
    if words & TURNED:
        return ""
    down, up = bool(words & MIN), bool(words & MAX)
    return "" if down == up else ("min" if down else "max")
