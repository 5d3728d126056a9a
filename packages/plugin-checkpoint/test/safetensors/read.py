"""Prints what the package safetensors finds in a file, as JSON."""
import json
import sys

from safetensors import safe_open
from safetensors.numpy import load_file

path = sys.argv[1]
with safe_open(path, framework="np") as file:
    metadata = file.metadata()
tensors = {
    name: [str(array.dtype), list(array.shape), array.astype(float).flatten().tolist()]
    for name, array in load_file(path).items()
}
print(json.dumps({"metadata": metadata, "tensors": tensors}))
