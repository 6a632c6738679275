"""Reads OTLP requests (JSON lines of path and base64 body) with OpenTelemetry's own schema; prints them as JSON lines."""
import base64
import json
import sys

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

TYPES = {
    "/v1/metrics": ExportMetricsServiceRequest,
    "/v1/traces": ExportTraceServiceRequest,
    "/v1/logs": ExportLogsServiceRequest,
}

for line in sys.stdin:
    post = json.loads(line)
    message = TYPES[post["path"]]()
    body = base64.b64decode(post["body"])
    assert message.ParseFromString(body) == len(body)
    size = message.ByteSize()
    message.DiscardUnknownFields()
    assert message.ByteSize() == size, "fields that the schema does not know"
    print(json.dumps({"path": post["path"], "message": MessageToDict(message)}))
