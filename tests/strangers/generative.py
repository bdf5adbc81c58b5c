"""Autoencoders and generators, as people write them."""

import math

import pytorch_lightning as pl
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset, random_split

import art


@art.data("stranger.Digits.v1")
class DigitsData(pl.LightningDataModule):
    def __init__(self, batch_size: int = 32):
        super().__init__()
        self.batch_size = batch_size

    def setup(self, stage=None):
        x, y = load_digits(return_X_y=True)
        images = torch.tensor(x, dtype=torch.float32).reshape(-1, 1, 8, 8) / 16
        whole = TensorDataset(images, torch.tensor(y))
        parts = random_split(whole, [700, 200, 897], torch.Generator().manual_seed(0))
        self.train_set, self.val_set, _ = parts

    def train_dataloader(self):
        return DataLoader(self.train_set, batch_size=self.batch_size, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.val_set, batch_size=self.batch_size)


@art.models("stranger.GAN.v1")
class GAN(pl.LightningModule):
    def __init__(self, latent_dim: int = 16, lr: float = 2e-4, b1: float = 0.5):
        super().__init__()
        self.save_hyperparameters()
        self.automatic_optimization = False
        self.generator = nn.Sequential(
            nn.Linear(latent_dim, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.Sigmoid()
        )
        self.discriminator = nn.Sequential(
            nn.Flatten(), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1), nn.Sigmoid()
        )
        self.validation_z = torch.randn(8, latent_dim)

    def forward(self, z):
        return self.generator(z).view(-1, 1, 8, 8)

    def adversarial_loss(self, y_hat, y):
        return F.binary_cross_entropy(y_hat, y)

    def training_step(self, batch):
        imgs, _ = batch
        optimizer_g, optimizer_d = self.optimizers()
        z = torch.randn(imgs.shape[0], self.hparams.latent_dim).type_as(imgs)
        self.toggle_optimizer(optimizer_g)
        self.generated_imgs = self(z)
        valid = torch.ones(imgs.size(0), 1).type_as(imgs)
        g_loss = self.adversarial_loss(self.discriminator(self(z)), valid)
        self.log("g_loss", g_loss, prog_bar=True)
        self.manual_backward(g_loss)
        optimizer_g.step()
        optimizer_g.zero_grad()
        self.untoggle_optimizer(optimizer_g)

        self.toggle_optimizer(optimizer_d)
        real_loss = self.adversarial_loss(self.discriminator(imgs), valid)
        fake = torch.zeros(imgs.size(0), 1).type_as(imgs)
        fake_loss = self.adversarial_loss(self.discriminator(self(z).detach()), fake)
        d_loss = (real_loss + fake_loss) / 2
        self.log("d_loss", d_loss, prog_bar=True)
        self.manual_backward(d_loss)
        optimizer_d.step()
        optimizer_d.zero_grad()
        self.untoggle_optimizer(optimizer_d)

    def configure_optimizers(self):
        lr, b1 = self.hparams.lr, self.hparams.b1
        opt_g = torch.optim.Adam(self.generator.parameters(), lr=lr, betas=(b1, 0.999))
        opt_d = torch.optim.Adam(self.discriminator.parameters(), lr=lr, betas=(b1, 0.999))
        return [opt_g, opt_d], []


@art.models("stranger.Critic.v1")
class Critic(pl.LightningModule):
    """A Wasserstein GAN: both losses go below 0, and the critic steps more often."""

    def __init__(self):
        super().__init__()
        self.automatic_optimization = False
        self.gen = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 64), nn.Tanh())
        self.critic = nn.Sequential(nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1))

    def forward(self, z):
        return self.gen(z)

    def penalty(self, real, fake):
        mix = torch.rand(len(real), 1)
        between = (mix * real + (1 - mix) * fake).requires_grad_()
        (grad,) = torch.autograd.grad(self.critic(between).sum(), between, create_graph=True)
        return ((grad.norm(dim=1) - 1) ** 2).mean()

    def training_step(self, batch, batch_idx):
        real = batch[0].flatten(1) * 2 - 1
        opt_g, opt_c = self.optimizers()
        fake = self(torch.randn(len(real), 8))
        critic_loss = self.critic(fake.detach()).mean() - self.critic(real).mean()
        critic_loss = critic_loss + 10 * self.penalty(real, fake.detach())
        opt_c.zero_grad()
        self.manual_backward(critic_loss)
        opt_c.step()
        self.log("critic_loss", critic_loss)
        if batch_idx % 3 == 0:
            gen_loss = -self.critic(self(torch.randn(len(real), 8))).mean()
            opt_g.zero_grad()
            self.manual_backward(gen_loss)
            opt_g.step()
            self.log("generator_loss", gen_loss)

    def configure_optimizers(self):
        return (
            torch.optim.Adam(self.gen.parameters(), lr=1e-3, betas=(0.0, 0.9)),
            torch.optim.Adam(self.critic.parameters(), lr=1e-3, betas=(0.0, 0.9)),
        )


@art.models("stranger.VAE.v1")
class VAE(pl.LightningModule):
    def __init__(self, kl_coeff: float = 0.1):
        super().__init__()
        self.kl_coeff = kl_coeff
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU())
        self.fc_mu, self.fc_var = nn.Linear(64, 8), nn.Linear(64, 8)
        self.decoder = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 64))

    def forward(self, x):
        h = self.encoder(x)
        _, _, z = self.sample(self.fc_mu(h), self.fc_var(h))
        return self.decoder(z)

    def sample(self, mu, log_var):
        p = torch.distributions.Normal(torch.zeros_like(mu), torch.ones_like(mu))
        q = torch.distributions.Normal(mu, torch.exp(log_var / 2))
        return p, q, q.rsample()

    def step(self, batch):
        x, _ = batch
        h = self.encoder(x)
        p, q, z = self.sample(self.fc_mu(h), self.fc_var(h))
        recon = F.mse_loss(self.decoder(z), x.flatten(1), reduction="mean")
        kl = torch.distributions.kl_divergence(q, p).mean() * self.kl_coeff
        return kl + recon, {"recon_loss": recon, "kl": kl, "loss": kl + recon}

    def training_step(self, batch, batch_idx):
        loss, logs = self.step(batch)
        self.log_dict({f"train_{k}": v for k, v in logs.items()}, on_step=True, on_epoch=False)
        return loss

    def validation_step(self, batch, batch_idx):
        loss, logs = self.step(batch)
        self.log_dict({f"val_{k}": v for k, v in logs.items()})
        return loss

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=1e-3)


@art.models("stranger.Likelihood.v1")
class Likelihood(pl.LightningModule):
    """A density model: its negative log-likelihood is below 0 once it is learnt."""

    def __init__(self):
        super().__init__()
        self.mean = nn.Parameter(torch.zeros(64))
        self.net = nn.Sequential(nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 128))

    def training_step(self, batch, batch_idx):
        x = batch[0].flatten(1) + 0.05 * torch.randn(len(batch[0]), 64)
        kept = torch.rand_like(x) < 0.5
        mean, log_scale = self.net(x * kept - self.mean).chunk(2, 1)
        scale = F.softplus(log_scale) + 0.05
        loss = -torch.distributions.Normal(mean, scale).log_prob(x)[~kept].mean()
        self.log("train_nll", loss)
        return loss

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=3e-3)


@art.models("stranger.Diffusion.v1")
class Diffusion(pl.LightningModule):
    def __init__(self, steps: int = 50):
        super().__init__()
        self.steps = steps
        betas = torch.linspace(1e-4, 0.1, steps)
        self.register_buffer("alphas", torch.cumprod(1 - betas, 0))
        self.time = nn.Embedding(steps, 64)
        self.net = nn.Sequential(nn.Linear(64, 128), nn.SiLU(), nn.Linear(128, 64))

    def forward(self, x, t):
        return self.net(x + self.time(t))

    def shared_step(self, batch):
        x = batch[0].flatten(1) * 2 - 1
        t = torch.randint(0, self.steps, (len(x),), device=self.device)
        noise = torch.randn_like(x)
        alpha = self.alphas[t][:, None]
        noisy = alpha.sqrt() * x + (1 - alpha).sqrt() * noise
        return F.mse_loss(self(noisy, t), noise)

    def training_step(self, batch, batch_idx):
        loss = self.shared_step(batch)
        self.log("loss", loss, on_step=True)
        return loss

    def validation_step(self, batch, batch_idx):
        self.log("val_loss", self.shared_step(batch))

    def configure_optimizers(self):
        optimizer = torch.optim.AdamW(self.parameters(), lr=1e-3)
        warmup = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min(1.0, (step + 1) / 20) * (0.5 + 0.5 * math.cos(step / 1e4))
        )
        return [optimizer], [{"scheduler": warmup, "interval": "step"}]
