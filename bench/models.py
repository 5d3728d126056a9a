"""Trains a model of the bench with PyTorch or Lightning, and prints milliseconds per step.

    python models.py torch|lightning MODEL WARM_UP_SECONDS SECONDS STEPS

The models are those of src/model-nets.ts: the same layers, batch sizes and optimizers. The warm-up and
the part that counts take so many seconds, and at least so many steps each.
"""
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

library, name = sys.argv[1], sys.argv[2]
warm_up_seconds, seconds, least = float(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5])


class Last(nn.Module):
    """An LSTM whose result is the last step's."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(32, 64, batch_first=True)

    def forward(self, x):
        return self.lstm(x)[0][:, -1]


class Block(nn.Module):
    """A transformer block with layer norms in front."""

    def __init__(self, width=128, heads=4, inner=512):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mix, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)

    def forward(self, x):
        batch, length, width = x.shape
        mixed = self.mix(self.norm1(x)).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = mixed.permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(query, key, value)
        x = x + self.out(attended.transpose(1, 2).reshape(batch, length, width))
        return x + self.down(F.relu(self.up(self.norm2(x))))


def classes(rows):
    return torch.randint(0, 10, (rows,))


def noise(*shape):
    return torch.rand(*shape) * 2 - 1


# Layers, loss, and what makes a batch.
MODELS = {
    "linear": (lambda: nn.Linear(8, 1), F.mse_loss, lambda: (noise(32, 8), noise(32, 1))),
    "mlp": (
        lambda: nn.Sequential(
            nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10)
        ),
        F.cross_entropy,
        lambda: (noise(128, 784), classes(128)),
    ),
    "convnet": (
        lambda: nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Dropout(0.25), nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5),
            nn.Linear(128, 10),
        ),
        F.cross_entropy,
        lambda: (noise(128, 1, 28, 28), classes(128)),
    ),
    "lstm": (
        lambda: nn.Sequential(nn.Embedding(5000, 32), Last(), nn.Linear(64, 1)),
        F.binary_cross_entropy_with_logits,
        lambda: (torch.randint(0, 5000, (32, 64)), torch.randint(0, 2, (32, 1)).float()),
    ),
    "transformer": (Block, F.mse_loss, lambda: (noise(16, 64, 128), noise(16, 64, 128))),
}

make, loss_of, batch = MODELS[name]
model = make()
batches = [batch() for _ in range(4)]
time_of_step = 0.0


def optimizer_of(parameters):
    return torch.optim.SGD(parameters, lr=0.01) if name == "linear" else torch.optim.Adam(parameters)


def source():
    """The batches, and how long a step took on average after the warm-up."""
    global time_of_step
    for limit in (warm_up_seconds, seconds):
        begin, step = time.perf_counter(), 0
        while step < least or time.perf_counter() - begin < limit:
            yield batches[step % len(batches)]
            step += 1
        time_of_step = (time.perf_counter() - begin) / step


def train_by_torch():
    optimizer = optimizer_of(model.parameters())
    for x, y in source():
        optimizer.zero_grad()
        loss = loss_of(model(x), y)
        loss.backward()
        optimizer.step()
        # Regimen checks each loss and sums it up, and so does Lightning's `self.log`.
        loss.item()


def train_by_lightning():
    import logging
    import warnings

    import lightning

    warnings.filterwarnings("ignore")
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)

    class Source(torch.utils.data.IterableDataset):
        def __iter__(self):
            return source()

    class Task(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.model = model

        def training_step(self, pair, _):
            loss = loss_of(self.model(pair[0]), pair[1])
            self.log("loss", loss, on_epoch=True)
            return loss

        def configure_optimizers(self):
            return optimizer_of(self.parameters())

    trainer = lightning.Trainer(
        max_epochs=1, accelerator="cpu", logger=False, enable_checkpointing=False,
        enable_progress_bar=False, enable_model_summary=False,
    )
    trainer.fit(Task(), torch.utils.data.DataLoader(Source(), batch_size=None))


train_by_torch() if library == "torch" else train_by_lightning()
print(1000 * time_of_step)
