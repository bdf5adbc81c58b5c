"""Small networks for texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge, Lt, MinLen

from art.core.data_info import DataInfo
from art.errors import ModelError
from art.registries import models

if TYPE_CHECKING:
    from torch import nn

Width = Annotated[int, Ge(1)]
Dropout = Annotated[float, Ge(0), Lt(1)]


@models("art.BagOfWords.v1")
def bag_of_words(
    data_info: DataInfo,
    embedding: Width = 64,
    hidden: tuple[Width, ...] = (64,),
    dropout: Dropout = 0.0,
) -> nn.Module:
    """The mean of the words' embeddings, then linear layers with ReLU between; order is lost.

    M. Iyyer and others, Deep Unordered Composition Rivals Syntactic Methods, ACL 2015. Token id 0
    fills short texts up and counts for nothing.

    Args:
        data_info: gives the number of token ids and the output's size.
        embedding: width of a word's embedding.
        hidden: width of each layer between the mean and the output.
        dropout: probability of dropping a unit of the mean and of those layers while training.

    Raises:
        ModelError: the inputs are no token ids.
    """
    from torch import nn

    from art.registry.models._networks import BagOfWordsNet

    tokens = _tokens("art.BagOfWords.v1", data_info)
    layers: list[nn.Module] = []
    size = embedding
    for width in hidden:
        layers += [nn.Dropout(dropout)] if dropout else []
        layers += [nn.Linear(size, width), nn.ReLU()]
        size = width
    layers += [nn.Dropout(dropout)] if dropout else []
    layers.append(nn.Linear(size, data_info.output_size))
    return BagOfWordsNet(tokens, embedding, nn.Sequential(*layers))


@models("art.TextCNN.v1")
def text_cnn(
    data_info: DataInfo,
    embedding: Width = 64,
    filters: Width = 64,
    kernels: Annotated[tuple[Width, ...], MinLen(1)] = (1, 2, 3),
    dropout: Dropout = 0.0,
) -> nn.Module:
    """Convolutions over the words' embeddings, the largest answer of each filter, one layer.

    Y. Kim, Convolutional Neural Networks for Sentence Classification, EMNLP 2014. Token id 0 fills
    short texts up and counts for nothing.

    Args:
        data_info: gives the number of token ids and the output's size.
        embedding: width of a word's embedding.
        filters: filters of each kernel.
        kernels: how many words the filters see at once.
        dropout: probability of dropping a filter's answer while training.

    Raises:
        ModelError: the inputs are no token ids.
    """
    from torch import nn

    from art.registry.models._networks import TextCNNNet

    tokens = _tokens("art.TextCNN.v1", data_info)
    layers: list[nn.Module] = [nn.Dropout(dropout)] if dropout else []
    layers.append(nn.Linear(filters * len(kernels), data_info.output_size))
    head = nn.Sequential(*layers)
    return TextCNNNet(tokens, embedding, filters=filters, kernels=kernels, head=head)


def _tokens(name: str, data_info: DataInfo) -> int:
    """How many token ids the data has."""
    if data_info.tokens:
        return data_info.tokens
    raise ModelError(
        f"{name} needs token ids, whole numbers (length), but the inputs have shape "
        f"{data_info.input_shape} and are none. Use art.TextCSV.v1 for texts, and art.MLP.v1 for "
        f"tables."
    )
