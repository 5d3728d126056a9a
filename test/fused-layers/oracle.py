"""LSTM and GRU layers with their gradients, computed by PyTorch in double precision.

Writes the table that torch.test.ts compares with:
    pip install torch && python test/fused-layers/oracle.py > test/fused-layers/oracle.json
The LSTM is torch.nn.LSTM, whose gates are in the order of Keras; padded sequences end where they are masked. The GRU
is written out: that of torch.nn.GRU applies the reset gate after the product, that of Keras (resetAfter: false)
before. Slopes are those of the sum of all results times cos(0), cos(1), and so on.
"""

import json

import torch

torch.set_default_dtype(torch.float64)
BATCH, STEPS, FEATURES, UNITS = 3, 5, 4, 6
LENGTHS = [5, 2, 3]


def values(shape, seed):
    count = torch.Size(shape).numel()
    return torch.sin(seed + 1.7 * torch.arange(count)).reshape(shape).requires_grad_()


def operands(gates, states):
    return {
        'x': values([BATCH, STEPS, FEATURES], 1),
        'kernel': values([FEATURES, gates * UNITS], 2),
        'recurrentKernel': values([UNITS, gates * UNITS], 3),
        'bias': values([gates * UNITS], 4),
        **{name: values([BATCH, UNITS], 5 + i) for i, name in enumerate(states)},
    }


def lstm(given, lengths=None):
    layer = torch.nn.LSTM(FEATURES, UNITS, batch_first=True)
    weights = {
        'weight_ih_l0': given['kernel'].T,
        'weight_hh_l0': given['recurrentKernel'].T,
        'bias_ih_l0': given['bias'],
        'bias_hh_l0': torch.zeros(4 * UNITS),
    }
    x = given['x']
    if lengths:
        x = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    states = (given['hidden'][None], given['cell'][None])
    y, (h, c) = torch.func.functional_call(layer, weights, (x, states))
    return [h[0], c[0]] if lengths else [y, h[0], c[0]]


def gru(given, lengths=None):
    h = given['hidden']
    outputs = []
    zr, candidate = given['recurrentKernel'].split([2 * UNITS, UNITS], 1)
    for t in range(STEPS):
        projected = given['x'][:, t] @ given['kernel'] + given['bias']
        z, r, g = projected.chunk(3, 1)
        z, r = torch.sigmoid(torch.cat([z, r], 1) + h @ zr).chunk(2, 1)
        g = torch.tanh(g + (r * h) @ candidate)
        following = z * h + (1 - z) * g
        if lengths:
            used = torch.tensor([[t < length] for length in lengths])
            following = torch.where(used, following, h)
        h = following
        outputs.append(h)
    return [h] if lengths else [torch.stack(outputs, 1), h]


def case(layer, given, lengths=None):
    results = layer(given, lengths)
    loss = sum((y * torch.cos(torch.arange(y.numel())).reshape(y.shape)).sum() for y in results)
    loss.backward()
    return {
        'results': [flat(y) for y in results],
        'slopes': {name: flat(tensor.grad) for name, tensor in given.items()},
    }


def flat(tensor):
    return tensor.detach().flatten().tolist()


print(json.dumps({
    'source': f'torch {torch.__version__}',
    'sizes': {'batch': BATCH, 'steps': STEPS, 'features': FEATURES, 'units': UNITS},
    'lengths': LENGTHS,
    'lstm': case(lstm, operands(4, ['hidden', 'cell'])),
    'lstmWithLengths': case(lstm, operands(4, ['hidden', 'cell']), LENGTHS),
    'gru': case(gru, operands(3, ['hidden'])),
    'gruWithLengths': case(gru, operands(3, ['hidden']), LENGTHS),
}))
