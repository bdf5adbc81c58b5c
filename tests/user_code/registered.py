"""What these authors add to use ART: one line for each part. Their modules stay as they are."""

from dict_net import DictData, DictNet
from manual_net import DiabetesData, ManualNet
from tuple_net import WineData, WineNet

import art

art.data("user.Wine.v1")(WineData)
art.models("user.WineNet.v1")(WineNet)
art.data("user.Dicts.v1")(DictData)
art.models("user.DictNet.v1")(DictNet)
art.data("user.DiabetesTensors.v1")(DiabetesData)
art.models("user.ManualNet.v1")(ManualNet)
