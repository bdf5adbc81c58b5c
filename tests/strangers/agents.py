"""Agents, graphs and other data that is no table of samples."""

from collections import deque
from dataclasses import dataclass

import pytorch_lightning as pl
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, IterableDataset

import art


class Replay(IterableDataset):
    """What an agent has seen; each epoch draws from it."""

    def __init__(self, buffer, count):
        self.buffer, self.count = buffer, count

    def __iter__(self):
        for _ in range(self.count):
            yield self.buffer[int(torch.randint(len(self.buffer), ()))]


class Corridor:
    """Walk to the right end of a corridor of 8 cells: reward 1 there, and the episode is over."""

    def __init__(self):
        self.place = 0

    def step(self, action):
        before = self.place
        self.place = max(0, min(7, self.place + (1 if action else -1)))
        done = self.place == 7
        after = self.place
        if done:
            self.place = 0
        return before, after, float(done), done


def seen(cell):
    return F.one_hot(torch.tensor(cell), 8).float()


@art.data("stranger.None.v1")
class NoData(pl.LightningDataModule):
    """The module has its own loader; this one only makes the replay buffer."""

    def __init__(self):
        super().__init__()
        self.buffer = deque(maxlen=300)

    def setup(self, stage=None):
        world = Corridor()
        for _ in range(200):
            action = int(torch.randint(2, ()))
            before, after, reward, done = world.step(action)
            entry = seen(before), action, reward, done, seen(after)
            self.buffer.append(entry)

    def train_dataloader(self):
        return DataLoader(Replay(self.buffer, 256), batch_size=16)


@art.models("stranger.DQN.v1")
class DQN(pl.LightningModule):
    """A target network that is copied now and then; the buffer grows while it trains."""

    def __init__(self, gamma: float = 0.9):
        super().__init__()
        self.gamma = gamma
        self.net = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 2))
        self.target_net = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 2))
        self.target_net.load_state_dict(self.net.state_dict())
        self.world = Corridor()

    def forward(self, x):
        return self.net(x)

    @torch.no_grad()
    def play(self):
        cell = self.world.place
        action = int(self.net(seen(cell)).argmax())
        if float(torch.rand(())) < 0.3:
            action = int(torch.randint(2, ()))
        before, after, reward, done = self.world.step(action)
        self.trainer.datamodule.buffer.append((seen(before), action, reward, done, seen(after)))
        return reward

    def training_step(self, batch, batch_idx):
        self.log("reward", self.play())
        states, actions, rewards, dones, after = batch
        values = self.net(states).gather(1, actions.long().unsqueeze(-1)).squeeze(-1)
        with torch.no_grad():
            best = self.target_net(after).max(1)[0]
            best[dones.bool()] = 0.0
        loss = F.mse_loss(values, (best * self.gamma + rewards).float())
        if self.global_step % 20 == 0:
            self.target_net.load_state_dict(self.net.state_dict())
        self.log("train_loss", loss)
        return loss

    def configure_optimizers(self):
        return torch.optim.Adam(self.net.parameters(), lr=1e-3)


@dataclass
class Graph:
    """Several graphs in one: `x` (nodes, F), `edges` (2, E), `graph` (nodes,), `y` (graphs,)."""

    x: torch.Tensor
    edges: torch.Tensor
    graph: torch.Tensor
    y: torch.Tensor

    def to(self, device, non_blocking=False):
        return Graph(*(part.to(device) for part in (self.x, self.edges, self.graph, self.y)))

    @property
    def num_graphs(self):
        return len(self.y)


def rings(count, seed):
    """Rings (class 0) and stars (class 1) of 5 to 8 nodes; a node knows its degree."""
    draws = torch.Generator().manual_seed(seed)
    made = []
    for _ in range(count):
        n, kind = (
            int(torch.randint(5, 9, (), generator=draws)),
            int(torch.randint(2, (), generator=draws)),
        )
        nodes = torch.arange(n)
        one, other = (nodes, nodes.roll(1)) if kind == 0 else (nodes[1:], torch.zeros(n - 1).long())
        edges = torch.cat([torch.stack([one, other]), torch.stack([other, one])], 1)
        x = torch.cat([torch.ones(n, 1), torch.randn(n, 2, generator=draws)], 1)
        made.append((x, edges, kind))
    return made


def collate(items):
    offset, xs, edges, graph = 0, [], [], []
    for number, (x, pairs, _) in enumerate(items):
        xs.append(x)
        edges.append(pairs + offset)
        graph.append(torch.full((len(x),), number))
        offset += len(x)
    labels = torch.tensor([kind for _, _, kind in items])
    return Graph(torch.cat(xs), torch.cat(edges, 1), torch.cat(graph), labels)


@art.data("stranger.Graphs.v1")
class Graphs(pl.LightningDataModule):
    def train_dataloader(self):
        return DataLoader(rings(200, 0), batch_size=20, shuffle=True, collate_fn=collate)

    def val_dataloader(self):
        return DataLoader(rings(60, 1), batch_size=20, collate_fn=collate)


@art.models("stranger.GNN.v1")
class GNN(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(6, 16), nn.Linear(32, 16)
        self.head = nn.Linear(16, 2)

    def pass_on(self, layer, x, edges):
        gathered = torch.zeros_like(x).index_add(0, edges[1], x[edges[0]])
        return torch.relu(layer(torch.cat([x, gathered], 1)))

    def forward(self, data):
        x = self.pass_on(self.second, self.pass_on(self.first, data.x, data.edges), data.edges)
        pooled = torch.zeros(data.num_graphs, 16).index_add(0, data.graph, x)
        return self.head(pooled / torch.bincount(data.graph)[:, None])

    def training_step(self, data, batch_idx):
        loss = F.cross_entropy(self(data), data.y)
        self.log("train_loss", loss, batch_size=data.num_graphs)
        return loss

    def validation_step(self, data, batch_idx):
        acc = (self(data).argmax(1) == data.y).float().mean()
        self.log("val_acc", acc, batch_size=data.num_graphs)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.01)


@art.data("stranger.Citations.v1")
class Citations(pl.LightningDataModule):
    """One graph is the only batch; masks say which nodes are trained on."""

    def setup(self, stage=None):
        draws = torch.Generator().manual_seed(0)
        y = torch.randint(3, (120,), generator=draws)
        alike = y[:, None] == y[None]
        adjacency = (torch.rand(120, 120, generator=draws) < torch.where(alike, 0.15, 0.02)).float()
        x = F.one_hot(y, 3).float() + 1.0 * torch.randn(120, 3, generator=draws)
        train = torch.rand(120, generator=draws) < 0.5
        adjacency = adjacency + torch.eye(120)
        self.graph = {"x": x, "adj": adjacency / adjacency.sum(1, keepdim=True), "y": y}
        self.graph |= {"train_mask": train, "val_mask": ~train}

    def train_dataloader(self):
        return DataLoader([self.graph], batch_size=None)

    def val_dataloader(self):
        return DataLoader([self.graph], batch_size=None)


@art.models("stranger.GCN.v1")
class GCN(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Linear(3, 16), nn.Linear(16, 3)

    def forward(self, x, adj):
        return self.two(adj @ F.relu(self.one(adj @ x)))

    def training_step(self, batch, batch_idx):
        mask = batch["train_mask"]
        loss = F.cross_entropy(self(batch["x"], batch["adj"])[mask], batch["y"][mask])
        self.log("train_loss", loss, batch_size=1)
        return loss

    def validation_step(self, batch, batch_idx):
        mask = batch["val_mask"]
        said = self(batch["x"], batch["adj"])[mask].argmax(1)
        self.log("val_acc", (said == batch["y"][mask]).float().mean(), batch_size=1)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.01, weight_decay=5e-4)
