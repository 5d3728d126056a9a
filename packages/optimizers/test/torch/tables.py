"""Prints weights of optimizers after some steps as JSON: what tables.json holds.

    pip install torch numpy && cd packages/optimizers/test/torch
    python tables.py > tables.json

Those of PyTorch are torch.optim on float32 tensors. PyTorch has neither Lion nor LAMB: these follow
algorithm 2 of Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms", and algorithm 2 of You
et al. 2020, "Large Batch Optimization for Deep Learning", written out in float64 NumPy.
"""
import json
import sys

import numpy as np
import torch

torch.set_num_threads(1)
SHAPES = {"body/kernel": (3, 5), "body/bias": (5,), "head/scale": (1,)}
SNAPSHOTS = (1, 2, 10, 100)


def numbers(count, seed):
    """Multiples of 2^-15 from -1 to below 1, the same in every language."""
    out = []
    state = seed * 7919 + 1
    for _ in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        out.append((state >> 16) / 2**15 - 1)
    return np.array(out)


def initial(place):
    shape = list(SHAPES.values())[place]
    return numbers(int(np.prod(shape)), place).reshape(shape)


def gradient(place, step):
    shape = list(SHAPES.values())[place]
    return numbers(int(np.prod(shape)), 3 * step + place + 3).reshape(shape)


def of_torch(make, groups=None, frozen=(), rate=None):
    """Weights by step. `frozen`: the steps without a gradient for the head. `rate`: of a step."""
    weights = [torch.tensor(initial(i), dtype=torch.float32) for i in range(len(SHAPES))]
    params = weights if groups is None else groups(*weights)
    optimizer = make(params)
    taken = {}
    for step in range(max(SNAPSHOTS)):
        for i, weight in enumerate(weights):
            is_frozen = i == 2 and step in frozen
            weight.grad = None if is_frozen else torch.tensor(gradient(i, step), dtype=torch.float32)
        if rate is not None:
            for group in optimizer.param_groups:
                group["lr"] = rate(step)
        optimizer.step()
        if step + 1 in SNAPSHOTS:
            taken[step + 1] = [weight.flatten().tolist() for weight in weights]
    return taken


def of_paper(rule):
    weights = [initial(i) for i in range(len(SHAPES))]
    state = [(np.zeros_like(w), np.zeros_like(w)) for w in weights]
    taken = {}
    for step in range(max(SNAPSHOTS)):
        for i in range(len(weights)):
            weights[i], state[i] = rule(weights[i], gradient(i, step), *state[i], step + 1)
        if step + 1 in SNAPSHOTS:
            taken[step + 1] = [weight.flatten().tolist() for weight in weights]
    return taken


def lion(lr=1e-4, beta1=0.9, beta2=0.99, decay=0.0):
    def rule(w, g, m, v, t):
        c = beta1 * m + (1 - beta1) * g
        w = w - lr * (np.sign(c) + decay * w)
        return w, (beta2 * m + (1 - beta2) * g, v)

    return of_paper(rule)


def lamb(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-6, decay=0.0):
    def rule(w, g, m, v, t):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        r = (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
        way = r + decay * w
        of_weights, of_way = np.linalg.norm(w), np.linalg.norm(way)
        ratio = of_weights / of_way if of_weights > 0 and of_way > 0 else 1.0
        return w - lr * ratio * way, (m, v)

    return of_paper(rule)


o = torch.optim
CASES = {
    "sgd": lambda: of_torch(lambda p: o.SGD(p, lr=0.05)),
    "sgd, decay": lambda: of_torch(lambda p: o.SGD(p, lr=0.05, weight_decay=0.1)),
    "sgd, momentum": lambda: of_torch(lambda p: o.SGD(p, lr=0.01, momentum=0.9)),
    "sgd, dampening": lambda: of_torch(
        lambda p: o.SGD(p, lr=0.02, momentum=0.8, dampening=0.3, weight_decay=0.01)
    ),
    "sgd, nesterov": lambda: of_torch(
        lambda p: o.SGD(p, lr=0.01, momentum=0.9, nesterov=True, weight_decay=0.05)
    ),
    "adam": lambda: of_torch(lambda p: o.Adam(p, lr=0.01)),
    "adam, decay": lambda: of_torch(
        lambda p: o.Adam(p, lr=0.01, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1)
    ),
    "adam, amsgrad": lambda: of_torch(lambda p: o.Adam(p, lr=0.02, amsgrad=True)),
    "adamW": lambda: of_torch(lambda p: o.AdamW(p, lr=0.01)),
    "adamW, amsgrad": lambda: of_torch(
        lambda p: o.AdamW(p, lr=0.01, weight_decay=0.2, amsgrad=True)
    ),
    "rmsprop": lambda: of_torch(lambda p: o.RMSprop(p, lr=0.01)),
    "rmsprop, momentum": lambda: of_torch(
        lambda p: o.RMSprop(p, lr=0.002, momentum=0.9, weight_decay=0.1)
    ),
    "rmsprop, centered": lambda: of_torch(lambda p: o.RMSprop(p, lr=0.01, alpha=0.9, centered=True)),
    "rmsprop, centered, momentum": lambda: of_torch(
        lambda p: o.RMSprop(p, lr=0.002, alpha=0.95, eps=1e-5, momentum=0.5, centered=True)
    ),
    "adagrad": lambda: of_torch(lambda p: o.Adagrad(p, lr=0.05)),
    "adagrad, all": lambda: of_torch(
        lambda p: o.Adagrad(
            p, lr=0.05, lr_decay=0.02, weight_decay=0.1, initial_accumulator_value=0.1, eps=1e-8
        )
    ),
    "adamW, groups": lambda: of_torch(
        lambda p: o.AdamW(p, lr=0.01, weight_decay=0.1),
        groups=lambda kernel, bias, scale: [
            {"params": [kernel]},
            {"params": [bias], "weight_decay": 0.0},
            {"params": [scale], "lr": 0.003, "betas": (0.7, 0.9)},
        ],
    ),
    "adam, a head that is frozen for a while": lambda: of_torch(
        lambda p: o.Adam(p, lr=0.01), frozen=[*range(5), *range(40, 60)]
    ),
    "sgd, a head that is frozen for a while": lambda: of_torch(
        lambda p: o.SGD(p, lr=0.01, momentum=0.9, dampening=0.5), frozen=[*range(5), *range(40, 60)]
    ),
    "adam, a schedule": lambda: of_torch(
        lambda p: o.Adam(p, lr=0.01), rate=lambda step: 0.01 * (1 - step / 200)
    ),
    "lion": lambda: lion(lr=0.001, decay=0.1),
    "lamb": lambda: lamb(lr=0.01),
    "lamb, decay": lambda: lamb(lr=0.005, decay=0.1, beta1=0.8, beta2=0.99, eps=1e-5),
}

table = {
    "source": f"torch {torch.__version__.split(chr(43))[0]}, numpy {np.__version__}",
    "shapes": {name: list(shape) for name, shape in SHAPES.items()},
    "weights": {name: case() for name, case in CASES.items()},
}
json.dump(table, sys.stdout, separators=(",", ":"))
