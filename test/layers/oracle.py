"""Losses with their gradients, metrics and optimizers, computed by PyTorch in double precision.

Writes the table that losses.test.ts and optimizers.test.ts compare with:
    pip install torch && python test/layers/oracle.py > test/layers/oracle.json
The formulas are those of Keras (keras/losses.py) and of tf.losses (TensorFlow 1.x, losses_impl.py);
the optimizers are those of torch.optim.
"""

import json
import torch

torch.set_default_dtype(torch.float64)
EPS = 1e-7
F = torch.nn.functional

signed = ([[1, -1, 1], [-1, -1, 1]], [[0.7, 0.4, -1.3], [-0.2, 1.6, 2.1]])
real = ([[0.5, -1.2, 2.0], [1.5, 0.3, -0.7]], [[0.9, -0.4, 1.1], [-0.6, 0.8, -2.2]])
positive = ([[0.5, 1.2, 2.0], [1.5, 0.3, 0.7]], [[0.9, 0.4, 1.1], [0.6, 0.8, 2.2]])
classes = ([[0, 1, 0], [1, 0, 0]], [[0.2, 0.5, 0.3], [0.6, 0.15, 0.25]])
shares = ([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2]], [[0.2, 0.5, 0.3], [0.6, 0.15, 0.25]])
binary = ([[0, 1, 1], [1, 0, 0]], [[0.2, 0.5, 0.9], [0.6, 0.15, 0.35]])
logits = ([[0, 1, 0], [1, 0, 0]], [[0.2, -1.5, 0.9], [2.6, 0.15, -0.35]])
numbers = ([[1], [0]], [[0.2, 0.5, 0.3], [0.6, 0.15, 0.25]])


def unit(x):
    return x / x.norm(dim=-1, keepdim=True)


def mean_rows(values):
    return values.mean(-1)


def huber(y, p):
    error = (p - y).abs()
    quadratic = error.clamp(max=1)
    return 0.5 * quadratic**2 + (error - quadratic)


def log_loss(y, p):
    return -y * (p + EPS).log() - (1 - y) * (1 - p + EPS).log()


# What model.compile takes by name: one value per sample, then their mean.
layers = {
    'meanSquaredError': (real, lambda y, p: ((p - y) ** 2).mean(-1)),
    'meanAbsoluteError': (real, lambda y, p: (p - y).abs().mean(-1)),
    'meanAbsolutePercentageError': (real, lambda y, p: 100 * ((y - p) / y.abs()).abs().mean(-1)),
    'meanSquaredLogarithmicError': (positive, lambda y, p: ((1 + p).log() - (1 + y).log()).pow(2).mean(-1)),
    'squaredHinge': (signed, lambda y, p: (1 - y * p).clamp(min=0).pow(2).mean(-1)),
    'hinge': (signed, lambda y, p: (1 - y * p).clamp(min=0).mean(-1)),
    'categoricalHinge': (
        (classes[0], [[0.4, 0.3, 1.2], [0.9, -0.5, 0.2]]),
        lambda y, p: (1 + ((1 - y) * p).max(-1).values - (y * p).sum(-1)).clamp(min=0),
    ),
    'logcosh': (real, lambda y, p: (p - y).cosh().log().mean(-1)),
    'categoricalCrossentropy': (classes, lambda y, p: -(y * (p / p.sum(-1, keepdim=True)).log()).sum(-1)),
    'sparseCategoricalCrossentropy': (
        numbers,
        lambda y, p: -(p / p.sum(-1, keepdim=True)).log().gather(-1, y.long()).squeeze(-1),
    ),
    'binaryCrossentropy': (binary, lambda y, p: F.binary_cross_entropy(p, y, reduction='none').mean(-1)),
    'kullbackLeiblerDivergence': (shares, lambda y, p: (y * (y / p).log()).sum(-1)),
    'poisson': (positive, lambda y, p: (p - y * (p + EPS).log()).mean(-1)),
    'cosineProximity': (real, lambda y, p: -(unit(y) * unit(p)).sum(-1)),
}

# tf.losses: one number, the mean over all elements.
core = {
    'absoluteDifference': (real, lambda y, p: (p - y).abs()),
    'cosineDistance': (real, lambda y, p: 1 - (y * p).sum(-1)),
    'hingeLoss': (binary, lambda y, p: (1 - (2 * y - 1) * p).clamp(min=0)),
    'huberLoss': (real, huber),
    'logLoss': (binary, log_loss),
    'meanSquaredError': (real, lambda y, p: (p - y) ** 2),
    'sigmoidCrossEntropy': (logits, lambda y, p: F.binary_cross_entropy_with_logits(p, y, reduction='none')),
    'softmaxCrossEntropy': (logits, lambda y, p: F.cross_entropy(p, y, reduction='none')),
    'computeWeightedLoss': (real, lambda y, p: y * p),
}


def accuracy(y, p):
    return (y.argmax(-1) == p.argmax(-1)).double()


metrics = {
    'binaryAccuracy': (binary, lambda y, p: (y == (p > 0.5)).double().mean(-1)),
    'binaryCrossentropy': (binary, layers['binaryCrossentropy'][1]),
    'categoricalAccuracy': (([[0, 1, 0], [1, 0, 0]], [[0.2, 0.5, 0.3], [0.3, 0.45, 0.25]]), accuracy),
    'sparseCategoricalAccuracy': (
        ([1, 0], [[0.2, 0.5, 0.3], [0.3, 0.45, 0.25]]),
        lambda y, p: (y == p.argmax(-1)).double(),
    ),
    'precision': (
        ([[0, 1, 0], [1, 0, 1]], [[1, 1, 0], [1, 0, 0]]),
        lambda y, p: (y * p).sum() / p.sum(),
    ),
    'recall': (
        ([[0, 1, 0], [1, 0, 1]], [[1, 1, 0], [1, 0, 0]]),
        lambda y, p: (y * p).sum() / y.sum(),
    ),
    'r2Score': (real, lambda y, p: 1 - ((y - p) ** 2).sum() / ((y - y.mean()) ** 2).sum()),
    'categoricalCrossentropy': (classes, layers['categoricalCrossentropy'][1]),
    'sparseCategoricalCrossentropy': (numbers, layers['sparseCategoricalCrossentropy'][1]),
    'cosineProximity': (real, layers['cosineProximity'][1]),
    'meanAbsoluteError': (real, layers['meanAbsoluteError'][1]),
    'meanAbsolutePercentageError': (real, layers['meanAbsolutePercentageError'][1]),
    'meanSquaredError': (real, layers['meanSquaredError'][1]),
}


def table(rows, with_gradient):
    out = {}
    for name, ((target, prediction), formula) in rows.items():
        y = torch.tensor(target, dtype=torch.float64)
        p = torch.tensor(prediction, requires_grad=True, dtype=torch.float64)
        value = formula(y, p).mean()
        row = {'target': target, 'prediction': prediction, 'value': value.item()}
        if with_gradient:
            value.backward()
            row['gradient'] = p.grad.tolist()
        out[name] = row
    return out


# loss = sum(c * (w - t)^2 / 2) + sum(sin(w)), five steps from w
START = [1.0, -2.0, 0.5, 3.0]


def optimized(make):
    w = torch.tensor(START, requires_grad=True)
    optimizer = make([w])
    t, c = torch.tensor([0.0, 1.0, -1.0, 2.0]), torch.tensor([1.0, 0.1, 10.0, 2.0])
    for _ in range(5):
        optimizer.zero_grad()
        ((c * (w - t) ** 2 / 2).sum() + w.sin().sum()).backward()
        optimizer.step()
    return w.tolist()


O = torch.optim
optimizers = {
    'sgd': lambda p: O.SGD(p, lr=0.1),
    'momentum': lambda p: O.SGD(p, lr=0.05, momentum=0.9),
    'momentum, nesterov': lambda p: O.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
    'adam': lambda p: O.Adam(p, lr=0.1, betas=(0.8, 0.95), eps=1e-8),
    'adamax': lambda p: O.Adamax(p, lr=0.1, betas=(0.8, 0.95), eps=1e-8),
    'adagrad': lambda p: O.Adagrad(p, lr=0.1, initial_accumulator_value=0.1, eps=0),
    'adadelta': lambda p: O.Adadelta(p, lr=0.5, rho=0.9, eps=1e-6),
    'rmsprop': lambda p: O.RMSprop(p, lr=0.05, alpha=0.9, eps=0),
    'rmsprop, momentum': lambda p: O.RMSprop(p, lr=0.05, alpha=0.9, momentum=0.5, eps=0),
    'rmsprop, centered': lambda p: O.RMSprop(p, lr=0.05, alpha=0.9, eps=0, centered=True),
}

print(
    json.dumps(
        {
            'source': f'PyTorch {torch.__version__}, oracle.py',
            'layers': table(layers, True),
            'core': table(core, True),
            'metrics': table(metrics, False),
            'optimizers': {name: optimized(make) for name, make in optimizers.items()},
        },
        indent=2,
    )
)
