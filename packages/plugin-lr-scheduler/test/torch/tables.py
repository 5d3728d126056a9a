"""Prints learning rates of PyTorch's schedulers as JSON: what tables.json holds.

    pip install torch && cd packages/plugin-lr-scheduler/test/torch
    python tables.py > tables.json

Each value is optimizer.param_groups[0]["lr"] before step 0, 1, ... of torch.optim.lr_scheduler.
"""
import json
import math
import sys
import warnings

import torch
from torch.optim import lr_scheduler as lr

warnings.filterwarnings("ignore")
STEPS = 200
BASE = 0.1


def optimizer():
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=BASE)


def after_warmup(o, scheduler):
    return lr.SequentialLR(o, [lr.LinearLR(o, 0.1, total_iters=20), scheduler], [20])


SCHEDULES = {
    "ConstantLR(factor=1)": lambda o: lr.ConstantLR(o, factor=1.0),
    "ConstantLR(factor=0.3, total_iters=7)": lambda o: lr.ConstantLR(o, factor=0.3, total_iters=7),
    "StepLR(step_size=30)": lambda o: lr.StepLR(o, step_size=30),
    "StepLR(step_size=7, gamma=0.9)": lambda o: lr.StepLR(o, step_size=7, gamma=0.9),
    "MultiStepLR(milestones=[10, 50, 50, 120], gamma=0.5)": lambda o: lr.MultiStepLR(
        o, milestones=[10, 50, 50, 120], gamma=0.5
    ),
    "ExponentialLR(gamma=0.97)": lambda o: lr.ExponentialLR(o, gamma=0.97),
    "CosineAnnealingLR(T_max=200)": lambda o: lr.CosineAnnealingLR(o, T_max=200),
    "CosineAnnealingLR(T_max=50, eta_min=0.001)": lambda o: lr.CosineAnnealingLR(
        o, T_max=50, eta_min=0.001
    ),
    "CosineAnnealingLR(T_max=33, eta_min=0.2)": lambda o: lr.CosineAnnealingLR(
        o, T_max=33, eta_min=0.2
    ),
    "CosineAnnealingWarmRestarts(T_0=20)": lambda o: lr.CosineAnnealingWarmRestarts(o, T_0=20),
    "CosineAnnealingWarmRestarts(T_0=10, T_mult=2, eta_min=0.01)": lambda o: (
        lr.CosineAnnealingWarmRestarts(o, T_0=10, T_mult=2, eta_min=0.01)
    ),
    "CosineAnnealingWarmRestarts(T_0=7, T_mult=3)": lambda o: lr.CosineAnnealingWarmRestarts(
        o, T_0=7, T_mult=3
    ),
    "OneCycleLR(max_lr=0.5, total_steps=200)": lambda o: lr.OneCycleLR(
        o, max_lr=0.5, total_steps=200, cycle_momentum=False
    ),
    "OneCycleLR(max_lr=0.5, total_steps=200, anneal_strategy='linear')": lambda o: lr.OneCycleLR(
        o, max_lr=0.5, total_steps=200, anneal_strategy="linear", cycle_momentum=False
    ),
    "OneCycleLR(max_lr=1, total_steps=200, three_phase=True)": lambda o: lr.OneCycleLR(
        o, max_lr=1.0, total_steps=200, three_phase=True, cycle_momentum=False
    ),
    "OneCycleLR(max_lr=0.3, total_steps=317, pct_start=0.1, div_factor=10, final_div_factor=100)": (
        lambda o: lr.OneCycleLR(
            o,
            max_lr=0.3,
            total_steps=317,
            pct_start=0.1,
            div_factor=10,
            final_div_factor=100,
            cycle_momentum=False,
        )
    ),
    "OneCycleLR(max_lr=0.3, total_steps=200, pct_start=0.0)": lambda o: lr.OneCycleLR(
        o, max_lr=0.3, total_steps=200, pct_start=0.0, cycle_momentum=False
    ),
    "PolynomialLR(total_iters=150)": lambda o: lr.PolynomialLR(o, total_iters=150),
    "PolynomialLR(total_iters=200, power=2)": lambda o: lr.PolynomialLR(o, total_iters=200, power=2),
    "PolynomialLR(total_iters=120, power=0.5)": lambda o: lr.PolynomialLR(
        o, total_iters=120, power=0.5
    ),
    "LinearLR(total_iters=5)": lambda o: lr.LinearLR(o, total_iters=5),
    "LinearLR(start_factor=0.01, total_iters=50)": lambda o: lr.LinearLR(
        o, start_factor=0.01, total_iters=50
    ),
    "LinearLR(start_factor=1, end_factor=0.1, total_iters=100)": lambda o: lr.LinearLR(
        o, start_factor=1.0, end_factor=0.1, total_iters=100
    ),
    "SequentialLR(LinearLR 20, CosineAnnealingLR 180)": lambda o: after_warmup(
        o, lr.CosineAnnealingLR(o, T_max=180)
    ),
    "SequentialLR(LinearLR 20, CosineAnnealingWarmRestarts 30)": lambda o: after_warmup(
        o, lr.CosineAnnealingWarmRestarts(o, T_0=30)
    ),
    "SequentialLR(ConstantLR, ExponentialLR, StepLR; 10, 60)": lambda o: lr.SequentialLR(
        o,
        [
            lr.ConstantLR(o, factor=0.1, total_iters=10),
            lr.ExponentialLR(o, gamma=0.9),
            lr.StepLR(o, step_size=30),
        ],
        [10, 60],
    ),
    "LambdaLR(1 / (1 + n / 10))": lambda o: lr.LambdaLR(o, lambda n: 1 / (1 + n / 10)),
}

METRICS = {
    "falling": [1 / (1 + n / 10) + 0.05 * math.sin(n) for n in range(STEPS)],
    "rising": [math.sqrt(n) + math.cos(3 * n) for n in range(STEPS)],
    "flat": [1 + 0.001 * math.sin(n) for n in range(STEPS)],
    "with NaN": [math.nan if n % 3 == 1 else 2 - n / 400 for n in range(STEPS)],
}

PLATEAUS = {
    "falling": [
        {"mode": "min", "patience": 10},
        {"mode": "min", "patience": 2, "factor": 0.5, "cooldown": 3},
        {"mode": "min", "patience": 3, "factor": 0.5, "threshold": 0.01, "threshold_mode": "abs"},
        {"mode": "min", "patience": 0, "factor": 0.9, "min_lr": 0.001},
        {"mode": "max", "patience": 5, "factor": 0.3, "eps": 0.0005},
    ],
    "rising": [
        {"mode": "max", "patience": 1, "factor": 0.7, "threshold": 0.05},
        {"mode": "max", "patience": 4, "factor": 0.2, "threshold": 0.5, "threshold_mode": "abs"},
    ],
    "flat": [
        {"mode": "min", "patience": 5, "factor": 0.1, "cooldown": 10},
        {"mode": "max", "patience": 5, "factor": 0.1, "threshold": 0},
    ],
    "with NaN": [{"mode": "min", "patience": 0, "factor": 0.5, "threshold": 0.001}],
}


def scheduled(make):
    o = optimizer()
    scheduler = make(o)
    rates = []
    for _ in range(STEPS):
        rates.append(o.param_groups[0]["lr"])
        o.step()
        scheduler.step()
    return rates


def judged(options, metrics):
    o = optimizer()
    scheduler = lr.ReduceLROnPlateau(o, **options)
    rates = []
    for metric in metrics:
        scheduler.step(metric)
        rates.append(o.param_groups[0]["lr"])
    return rates


def tables():
    return {
        "torch": torch.__version__,
        "base": BASE,
        "schedules": {name: scheduled(make) for name, make in SCHEDULES.items()},
        "plateaus": [
            {
                "metrics": [None if math.isnan(value) else value for value in METRICS[name]],
                "name": name,
                "cases": [
                    {"options": options, "rates": judged(options, METRICS[name])}
                    for options in cases
                ],
            }
            for name, cases in PLATEAUS.items()
        ],
    }


json.dump(tables(), sys.stdout, indent=None)
