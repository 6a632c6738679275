"""Makes Delta tables with delta-rs for our reader: make_tables.py <folder>

Prints, as one JSON object, the rows of each table as delta-rs itself has them, in the plain form of delta_rs.py.
"""

import datetime
import decimal
import json
import os
import sys

import pyarrow as pa
from deltalake import DeltaTable, WriterProperties, write_deltalake

UTC = datetime.timezone.utc
folder = sys.argv[1]


def at(*parts):
    return datetime.datetime(*parts, tzinfo=UTC)


types = pa.table(
    {
        "s": pa.array(["a", "é 日本 \U0001d11e", "", None, "x" * 100]),
        "l": pa.array([0, 2**63 - 1, -(2**63), None, 2**53 + 1], pa.int64()),
        "i": pa.array([0, 2**31 - 1, -(2**31), None, 5], pa.int32()),
        "h": pa.array([0, 2**15 - 1, -(2**15), None, 5], pa.int16()),
        "b": pa.array([0, 127, -128, None, 5], pa.int8()),
        "f": pa.array([0.1, -0.0, float("inf"), None, 3.4e38], pa.float32()),
        "d": pa.array([0.1, 1e300, float("-inf"), None, 5e-324], pa.float64()),
        "t": pa.array([True, False, True, None, False]),
        "y": pa.array([b"\x00\xff", b"", b"abc", None, b"\x80"], pa.binary()),
        "day": pa.array(
            [datetime.date(1970, 1, 1), datetime.date(2026, 11, 24), datetime.date(1901, 2, 3), None, datetime.date(2100, 12, 31)]
        ),
        "ts": pa.array(
            [at(1970, 1, 1), at(2026, 11, 24, 1, 2, 3, 456789), at(1960, 5, 5, 5, 5, 5, 5), None, at(2100, 1, 1)],
            pa.timestamp("us", tz="UTC"),
        ),
    }
)
write_deltalake(f"{folder}/types", types)

parts = pa.table(
    {
        "p": pa.array(["plain", "a b", "a=b", "50%", "é/日本", "q?#&+", None, "x:y'z\"[]{}^"]),
        "day": pa.array([datetime.date(2026, 11, 24)] * 4 + [None] * 4, pa.date32()),
        "ok": pa.array([True, False] * 4),
        "k": pa.array([1, -1, None, 7] * 2, pa.int64()),
        "ts": pa.array([at(2026, 11, 24, 1, 2, 3, 456789), None] * 4, pa.timestamp("us", tz="UTC")),
        "n": pa.array(range(8), pa.int32()),
    }
)
write_deltalake(f"{folder}/partitions", parts, partition_by=["p", "day", "ok", "k", "ts"])

for i in range(12):
    write_deltalake(f"{folder}/checkpointed", pa.table({"n": pa.array([i, i + 100], pa.int64())}), mode="append")
table = DeltaTable(f"{folder}/checkpointed")
table.delete("n = 5")
table.create_checkpoint()
table.optimize.compact()
write_deltalake(table, pa.table({"n": pa.array([500], pa.int64())}), mode="append")
write_deltalake(
    table, pa.table({"n": pa.array([600], pa.int64()), "note": pa.array(["later"])}), mode="append", schema_mode="merge"
)

for codec in ["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI", "ZSTD", "LZ4_RAW"]:
    write_deltalake(
        f"{folder}/codecs", types.slice(0, 4), mode="append", writer_properties=WriterProperties(compression=codec)
    )

write_deltalake(f"{folder}/ntz", pa.table({"t": pa.array([datetime.datetime(2026, 11, 24, 1, 2, 3, 4)], pa.timestamp("us"))}))
write_deltalake(f"{folder}/decimal", pa.table({"n": pa.array([decimal.Decimal("1.25")], pa.decimal128(10, 2))}))
write_deltalake(
    f"{folder}/nested",
    pa.table({"list": pa.array([[1, 2], [], None], pa.list_(pa.int64())), "one": pa.array([{"a": "x"}, {"a": None}, None])}),
)


def plain(value):
    if isinstance(value, datetime.datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).strftime("%Y-%m-%dT%H:%M:%S.%f")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, decimal.Decimal):
        return str(value)
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"int {value}"
    return value


def rows(name):
    data = pa.table(DeltaTable(f"{folder}/{name}").to_pyarrow_table())
    return [{key: plain(value) for key, value in row.items()} for row in data.to_pylist()]


print(json.dumps({name: rows(name) for name in ["types", "codecs", "partitions", "checkpointed", "ntz"]}))
sys.stdout.flush()
os._exit(0)
