"""Curves of 20 steps of the models of models.ts and recurrent-models.ts, by PyTorch in double precision.

Writes the table that curves.test.ts compares with:
    pip install torch && python test/compiled/curves.py > test/compiled/curves.json
Initial weights and batches are those of numbers.ts. Dropout is not among them: its masks are not PyTorch's.
"""

import json
import math
import struct
import torch

torch.set_default_dtype(torch.float64)
F = torch.nn.functional
STEPS = 20


def single(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def numbers(length, seed):
    state = (seed * 2654435761) % 2**32
    found = []
    for _ in range(length):
        state = (state * 1664525 + 1013904223) % 2**32
        signed = state - 2**32 if state >= 2**31 else state
        found.append(single(signed / 2**31))
    return found


def tokens(length, limit, seed):
    return [math.floor((value + 1) / 2 * limit) for value in numbers(length, seed)]


def random(shape, seed):
    return torch.tensor(numbers(math.prod(shape), seed)).reshape(shape)


def weights(shapes):
    found = {}
    for i, (name, shape) in enumerate(shapes.items()):
        values = [single(value * 0.5) for value in numbers(math.prod(shape), i + 1)]
        found[name] = torch.tensor(values).reshape(shape).requires_grad_(name != "mean")
    return found


def adam(parameters):
    return torch.optim.Adam(parameters, lr=0.01, eps=1e-7)


def classes(rows, limit, step):
    return torch.tensor(tokens(rows, limit, 500 + step))


def image(x):
    return x.permute(0, 3, 1, 2)


def kernel(k):
    return k.permute(3, 2, 0, 1)


# mlp
MLP = {"w1": [7, 11], "b1": [11], "w2": [11, 5], "b2": [5]}


def mlp(v, step):
    x = random([9, 7], 100 + step)
    hidden = torch.relu(x @ v["w1"] + v["b1"])
    return F.cross_entropy(hidden @ v["w2"] + v["b2"], classes(9, 5, step))


# convnet
CONVNET = {"k1": [3, 3, 2, 3], "b1": [3], "k2": [2, 2, 3, 4], "w": [36, 3], "b": [3]}


def convnet(v, step):
    x = image(random([5, 9, 7, 2], 100 + step))
    first = torch.relu(F.conv2d(x, kernel(v["k1"]), v["b1"], padding=1))
    second = torch.relu(F.conv2d(F.max_pool2d(first, 2), kernel(v["k2"])))
    wide = torch.cat([second, -second, second**2], 1).permute(0, 2, 3, 1)
    narrow = wide.reshape(5, -1)[:, :36]
    return F.cross_entropy(narrow @ v["w"] + v["b"], classes(5, 3, step))


# convolution, batch normalization, depthwise convolution
SEPARABLE = {"k": [3, 3, 2, 5], "scale": [5], "shift": [5], "d": [3, 3, 5, 2], "w": [10, 3], "b": [3], "mean": [5]}


def separable(v, step):
    x = image(random([4, 9, 7, 2], 100 + step))
    convolved = F.conv2d(x, kernel(v["k"]), stride=2, padding=1)
    mean = convolved.mean((0, 2, 3))
    with torch.no_grad():
        v["mean"].mul_(0.9).add_(0.1 * mean)
    normal = F.batch_norm(convolved, None, None, v["scale"], v["shift"], training=True, eps=1e-3)
    depth = v["d"].permute(2, 3, 0, 1).reshape(10, 1, 3, 3)
    deep = F.conv2d(torch.relu(normal), depth, padding=1, groups=5)
    return F.cross_entropy(torch.tanh(deep).mean((2, 3)) @ v["w"] + v["b"], classes(4, 3, step))


# autoencoder
AUTOENCODER = {"k1": [3, 3, 2, 4], "b1": [4], "k2": [3, 3, 2, 4], "b2": [2]}


def autoencoder(v, step):
    x = image(random([3, 7, 9, 2], 100 + step))
    code = torch.tanh(F.conv2d(x, kernel(v["k1"]), v["b1"], stride=2))
    out = F.conv_transpose2d(code, kernel(v["k2"]), v["b2"], stride=2)
    return ((out - x) ** 2).mean()


# transformer
TRANSFORMER = {
    **{"table": [11, 6], "place": [5, 6], "q": [6, 6], "k": [6, 6], "v": [6, 6], "o": [6, 6]},
    **{"scale1": [6], "scale2": [6], "w1": [6, 13], "b1": [13], "w2": [13, 6], "head": [6, 11]},
}


def transformer(v, step):
    x = torch.tensor(tokens(15, 11, 100 + step)).reshape(3, 5)
    start = (v["table"][x] + v["place"]).reshape(15, 6)
    normal = F.layer_norm(start, [6], v["scale1"])
    split = [(normal @ v[name]).reshape(3, 5, 2, 3).transpose(1, 2) for name in "qkv"]
    joined = F.scaled_dot_product_attention(*split).transpose(1, 2).reshape(15, 6)
    attended = start + joined @ v["o"]
    hidden = torch.relu(F.layer_norm(attended, [6], v["scale2"]) @ v["w1"] + v["b1"])
    return F.cross_entropy((attended + hidden @ v["w2"]) @ v["head"], classes(15, 11, step))


# recurrent layers
LSTM = {"table": [9, 3], "w": [3, 20], "u": [5, 20], "b": [20], "head": [5, 1], "bias": [1]}
GRU = {
    **{"table": [9, 3], "w": [3, 12], "u": [4, 12], "b": [12]},
    **{"wBack": [3, 12], "uBack": [4, 12], "bBack": [12], "head": [8, 1], "bias": [1]},
}


def sequences(step):
    rows = [
        [token + 1 if i < 5 - row else 0 for i, token in enumerate(tokens(5, 8, 100 + 4 * step + row))]
        for row in range(4)
    ]
    y = [[value / 4 - 1] for value in tokens(4, 9, 500 + step)]
    return torch.tensor(rows), torch.tensor(y)


def lstm(v, step):
    x, y = sequences(step)
    h, c = torch.zeros(4, 5), torch.zeros(4, 5)
    for time in range(5):
        gates = v["table"][x[:, time]] @ v["w"] + h @ v["u"] + v["b"]
        i, f, g, o = gates.chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
    return ((h @ v["head"] + v["bias"] - y) ** 2).mean()


def direction(x, v, times, end):
    w, u, b = (v[name + end] for name in "wub")
    h = torch.zeros(4, 4)
    for time in times:
        token = x[:, time]
        part = v["table"][token] @ w + b
        z = (part[:, :4] + h @ u[:, :4]).sigmoid()
        r = (part[:, 4:8] + h @ u[:, 4:8]).sigmoid()
        new = (part[:, 8:] + (r * h) @ u[:, 8:]).tanh()
        h = torch.where((token != 0)[:, None], z * h + (1 - z) * new, h)
    return h


def gru(v, step):
    x, y = sequences(step)
    both = torch.cat([direction(x, v, range(5), ""), direction(x, v, range(4, -1, -1), "Back")], 1)
    return ((both @ v["head"] + v["bias"] - y) ** 2).mean()


# gan
GAN = {
    **{"dw1": [3, 9], "db1": [9], "dw2": [9, 1], "db2": [1]},
    **{"gw1": [2, 7], "gb1": [7], "gw2": [7, 3], "gb2": [3]},
}


def critic(v, x):
    return F.leaky_relu(x @ v["dw1"] + v["db1"], 0.2) @ v["dw2"] + v["db2"]


def forged(v, step):
    return torch.tanh(random([5, 2], 300 + step) @ v["gw1"] + v["gb1"]) @ v["gw2"] + v["gb2"]


def critic_loss(v, step):
    x = random([5, 3], 100 + step)
    return F.softplus(-critic(v, x)).mean() + F.softplus(critic(v, forged(v, step))).mean()


def generator_loss(v, step):
    return F.softplus(-critic(v, forged(v, step))).mean()


def train(shapes, phases, make=adam):
    v = weights(shapes)
    steps = []
    for loss, start in phases:
        trained = [value for name, value in v.items() if value.requires_grad and name.startswith(start)]
        steps.append((loss, make(trained)))
    losses = []
    for step in range(STEPS):
        for loss, optimizer in steps:
            for value in v.values():
                value.grad = None
            value = loss(v, step)
            value.backward()
            optimizer.step()
            losses.append(value.item())
    return {"losses": losses, "weights": {name: value.detach().flatten().tolist() for name, value in v.items()}}


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{value:.8g}")


def momentum(parameters):
    return torch.optim.SGD(parameters, lr=0.05, momentum=0.9)


table = {
    "mlp": train(MLP, [(mlp, "")]),
    "convnet": train(CONVNET, [(convnet, "")]),
    "separable": train(SEPARABLE, [(separable, "")], momentum),
    "autoencoder": train(AUTOENCODER, [(autoencoder, "")], lambda p: torch.optim.SGD(p, lr=0.2)),
    "transformer": train(TRANSFORMER, [(transformer, "")]),
    "lstm": train(LSTM, [(lstm, "")]),
    "gru": train(GRU, [(gru, "")]),
    "gan": train(GAN, [(critic_loss, "d"), (generator_loss, "g")]),
}
print(json.dumps({"source": f"PyTorch {torch.__version__.split('+')[0]}, float64", **rounded(table)}))
