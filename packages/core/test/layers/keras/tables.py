"""Prints losses and weights of Keras' fit as JSON: what tables.json holds.

    pip install keras torch numpy && cd packages/core/test/layers/keras
    KERAS_BACKEND=torch python tables.py > tables.json

A dense layer, or two, is trained for two epochs by SGD, batch by batch in order. History and weights are those of
`fit`: with `class_weight` and `sample_weight` losses are sums of weighted losses over the number of rows, and
validations know no weights of classes.
"""
import json
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras
import numpy as np

ROWS, BATCH = 10, 4
random = np.random.RandomState(3)
x = np.round(random.randn(ROWS, 3), 2).astype("float32")
classes = random.randint(0, 3, ROWS)
bits = random.randint(0, 2, (ROWS, 1)).astype("float32")
numbers = np.round(random.randn(ROWS, 2), 2).astype("float32")
weights = np.round(random.rand(ROWS) * 3, 1).astype("float32")
kernels = [np.round(random.randn(3, n), 2).astype("float32") for n in (3, 1, 2)]
one_hot = np.eye(3, dtype="float32")[classes]


def fitted(outputs, loss, y, fit, compiled=None):
    inputs = keras.Input((3,))
    made = [keras.layers.Dense(k.shape[1], activation=a, name=name) for name, k, a in outputs]
    model = keras.Model(inputs, [layer(inputs) for layer in made] if len(made) > 1 else made[0](inputs))
    for layer, (_, kernel, _) in zip(made, outputs):
        layer.set_weights([kernel, np.zeros(kernel.shape[1], "float32")])
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss=loss, **(compiled or {}))
    history = model.fit(x, y, batch_size=BATCH, epochs=2, shuffle=False, verbose=0, **fit).history
    return {
        "history": {name: [float(v) for v in values] for name, values in history.items()},
        "weights": [w.reshape(-1).tolist() for layer in made for w in layer.get_weights()],
    }


softmax = [("a", kernels[0], "softmax")]
sigmoid = [("a", kernels[1], "sigmoid")]
two = [("a", kernels[0], "softmax"), ("b", kernels[2], None)]
by_class = {0: 1.0, 1: 5.0, 2: 0.5}
cases = {
    "indices": fitted(softmax, "sparse_categorical_crossentropy", classes, {"class_weight": by_class, "validation_data": (x, classes)}),
    "oneHot": fitted(softmax, "categorical_crossentropy", one_hot, {"class_weight": by_class, "validation_data": (x, one_hot)}),
    "binary": fitted(sigmoid, "binary_crossentropy", bits, {"class_weight": {0: 1.0, 1: 5.0}}),
    "rows": fitted(sigmoid, "mean_squared_error", bits, {"sample_weight": weights, "validation_data": (x, bits, weights)}),
    "rowsOfPairs": fitted([("a", kernels[2], None)], "mean_absolute_error", numbers, {"sample_weight": weights}),
    "outputs": fitted(two, ["sparse_categorical_crossentropy", "mean_squared_error"], [classes, numbers], {}, {"loss_weights": [0.3, 2.0]}),
    "outputsAndRows": fitted(
        two,
        ["sparse_categorical_crossentropy", "mean_squared_error"],
        [classes, numbers],
        {"sample_weight": [weights, np.ones(ROWS, "float32")]},
        {"loss_weights": [0.3, 2.0]},
    ),
}
json.dump(
    {
        "source": f"Keras {keras.__version__}",
        "x": x.tolist(),
        "classes": classes.tolist(),
        "bits": bits.tolist(),
        "numbers": numbers.tolist(),
        "weights": [float(f"{w:.6g}") for w in weights.tolist()],
        "kernels": [k.tolist() for k in kernels],
        "cases": cases,
    },
    sys.stdout,
)
