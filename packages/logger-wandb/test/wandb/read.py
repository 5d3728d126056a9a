"""What W&B's own messages make of a file's records, as JSON: python read.py <record in hex> …"""

import importlib.util
import json
import sys
import types

# Only the messages are needed; the package itself would import all that it depends on.
folder = importlib.util.find_spec("wandb").submodule_search_locations
package = types.ModuleType("wandb")
package.__path__ = list(folder)
sys.modules["wandb"] = package

from google.protobuf.json_format import MessageToDict  # noqa: E402
from wandb.proto import wandb_internal_pb2 as pb  # noqa: E402

found = []
for line in sys.stdin:
    record = pb.Record()
    record.ParseFromString(bytes.fromhex(line.strip()))
    found.append(MessageToDict(record, preserving_proto_field_name=True))
print(json.dumps(found))
