"""Prints a file of the package safetensors as JSON, its bytes in base64.

    pip install safetensors numpy && cd packages/plugin-checkpoint/test/safetensors
    python write.py > written.json

The tensors are those of safetensors.test.ts.
"""
import base64
import json

import numpy
import safetensors
from safetensors.numpy import save

tensors = {
    "b/flags": numpy.array([True, False, True]),
    "z": numpy.array([[-0.0], [float("nan")]], dtype=numpy.float32),
    "a": numpy.array(-7, dtype=numpy.int32),
    "empty": numpy.zeros((0, 5), dtype=numpy.float32),
}
file = save(tensors, metadata={"note": "ä"})
source = f"safetensors {safetensors.__version__}, write.py"
print(json.dumps({"source": source, "file": base64.b64encode(file).decode()}, indent=2))
