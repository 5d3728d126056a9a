"""Losses and slopes of a convolutional and a dense network, computed by PyTorch in double precision.

Writes the table that networks.test.ts compares with:
    pip install torch && python packages/backend-wasm/test/torch/networks.py > packages/backend-wasm/test/torch/networks.json
Shapes are those of tfjs: images [n, h, w, c], filters [h, w, c, d].
"""

import json

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def values(shape, seed):
    count = torch.Size(shape).numel()
    return (torch.sin(seed + 1.7 * torch.arange(count)) / 2).reshape(shape).requires_grad_()


def convolve(x, w, **options):
    y = F.conv2d(x.permute(0, 3, 1, 2), w.permute(3, 2, 0, 1), **options)
    return y.permute(0, 2, 3, 1)


def depthwise(x, w):
    h, width, c, m = w.shape
    y = F.conv2d(x.permute(0, 3, 1, 2), w.permute(2, 3, 0, 1).reshape(c * m, 1, h, width), groups=c, dilation=2)
    return y.permute(0, 2, 3, 1)


def convnet(x, first, second, third, fourth, dense):
    h = F.relu(convolve(x, first, padding=1))
    h = F.relu(convolve(h, second))
    h = F.leaky_relu(convolve(h, third, stride=2, padding=1), 0.2)
    h = torch.sigmoid(depthwise(F.pad(h, (0, 0, 2, 2, 2, 2)), fourth))
    return h.flatten(1) @ dense


def mlp(x, first, bias, second):
    return F.elu(x @ first + bias) @ second


def case(network, shapes):
    given = [values(shape, seed) for seed, shape in enumerate(shapes)]
    logits = network(*given)
    labels = torch.softmax(values(logits.shape, 9).detach(), 1)
    loss = -(labels * torch.log_softmax(logits, 1)).sum()
    loss.backward()
    slopes = [[float(f'{v:.9g}') for v in tensor.grad.flatten().tolist()] for tensor in given]
    return {'shapes': shapes, 'loss': float(f'{loss.item():.9g}'), 'slopes': slopes}


print(json.dumps({
    'source': f'torch {torch.__version__}',
    'convnet': case(convnet, [
        [3, 9, 10, 2], [3, 3, 2, 16], [3, 3, 16, 16], [3, 3, 16, 5], [2, 2, 5, 2], [360, 3],
    ]),
    'mlp': case(mlp, [[7, 9], [9, 11], [11], [11, 4]]),
}))
