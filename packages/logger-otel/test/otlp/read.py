# Reads requests with OpenTelemetry's own definitions: lines of path, encoding and bytes in hexadecimal.
# Fields that they do not have are errors in JSON.
import json
import sys

from google.protobuf.json_format import MessageToDict, Parse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

kinds = {"/v1/traces": ExportTraceServiceRequest, "/v1/metrics": ExportMetricsServiceRequest}
found = []
for line in sys.stdin:
    path, encoding, body = line.split()
    message = kinds[path]()
    if encoding == "application/json":
        Parse(bytes.fromhex(body), message)
    else:
        message.ParseFromString(bytes.fromhex(body))
    found.append(MessageToDict(message))
print(json.dumps(found))
