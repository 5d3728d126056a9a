"""Reads event files with TensorBoard's EventAccumulator and prints what is in them as JSON.

Writes the table that written.test.ts compares with:
    pip install tensorboard && cd packages/logger-tensorboard/test/tensorboard
    python read.py written.json > read.json
"""
import base64
import json
import math
import os
import sys
import tempfile

from tensorboard import version
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util import tensor_util


def shown(value):
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, list):
        return [shown(each) for each in value]
    return value if isinstance(value, int) or math.isfinite(value) else str(value)


def points(accumulator, tag):
    events = accumulator.Tensors(tag)
    arrays = [tensor_util.make_ndarray(event.tensor_proto).tolist() for event in events]
    return [[event.step, event.wall_time, shown(array)] for event, array in zip(events, arrays)]


def read(files):
    """What one run holds, whose files are base64 in the order in which they are read."""
    with tempfile.TemporaryDirectory() as folder:
        for index, contents in enumerate(files):
            name = f"events.out.tfevents.{1_700_000_000 + index}.host.1.0.v2"
            with open(os.path.join(folder, name), "wb") as file:
                file.write(base64.b64decode(contents))
        accumulator = EventAccumulator(folder, size_guidance={"tensors": 0})
        accumulator.Reload()
        tags = sorted(accumulator.Tags()["tensors"])
        has_graph = accumulator.Tags()["graph"]
        nodes = accumulator.Graph().node if has_graph else []
        metadata = {tag: accumulator.SummaryMetadata(tag) for tag in tags}
        return {
            "plugins": {tag: metadata[tag].plugin_data.plugin_name for tag in tags},
            "values": {tag: points(accumulator, tag) for tag in tags},
            "graph": [f"{node.name} < {','.join(node.input)}" for node in nodes],
        }


with open(sys.argv[1], encoding="utf-8") as file:
    runs = {name: read(files) for name, files in json.load(file).items()}
print(json.dumps({"source": f"tensorboard {version.VERSION}, read.py", "runs": runs}, indent=2))
