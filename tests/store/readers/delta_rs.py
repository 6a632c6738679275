"""Reads a Delta table with delta-rs and prints what it saw as one JSON object.

usage: delta_rs.py <table> <version or newest> <storage options as JSON>
"""

import datetime
import json
import os
import sys

from deltalake import DeltaTable


def plain(value):
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc)
        return value.strftime("%Y-%m-%dT%H:%M:%S.%f")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    return value


def rows_of(table):
    import pyarrow

    data = pyarrow.table(table.to_pyarrow_table())
    rows = [{name: plain(value) for name, value in row.items()} for row in data.to_pylist()]
    return rows, {name: str(kind) for name, kind in zip(data.schema.names, data.schema.types)}


def main():
    version = None if sys.argv[2] == "newest" else int(sys.argv[2])
    table = DeltaTable(sys.argv[1], version=version, storage_options=json.loads(sys.argv[3]))
    rows, arrow = rows_of(table)
    metadata = table.metadata()
    protocol = table.protocol()
    print(
        json.dumps(
            {
                "version": table.version(),
                "name": metadata.name,
                "description": metadata.description,
                "configuration": metadata.configuration,
                "partitionColumns": metadata.partition_columns,
                "protocol": [protocol.min_reader_version, protocol.min_writer_version],
                "schema": json.loads(table.schema().to_json())["fields"],
                "arrow": arrow,
                "files": len(table.file_uris()),
                "operations": [entry.get("operation") for entry in table.history()],
                "rows": rows,
            }
        )
    )


main()
sys.stdout.flush()
# Leaves before the interpreter tears down: delta-rs now and then aborts while its threads are being ended.
os._exit(0)
