"""delta-rs as a reader and writer: delta_rs.py <storage options for ADLS as JSON>, then commands by standard input."""

import datetime
import decimal
import json
import os
import sys

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

from plain import UTC, key, plain, serve

ADLS = json.loads(sys.argv[1])


def options(location):
    return ADLS if location.startswith("abfss://") else {}


def form(value, kind):
    if value is None:
        return None
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return [form(inner, kind.value_type) for inner in value]
    if pa.types.is_map(kind):
        return sorted([key(k), form(inner, kind.item_type)] for k, inner in value)
    if pa.types.is_struct(kind):
        return [form(value[kind.field(at).name], kind.field(at).type) for at in range(kind.num_fields)]
    return plain(value)


def rows_of(table, columns):
    data = pa.table(table.to_pyarrow_table()).select(columns)
    kinds = [data.schema.field(name).type for name in columns]
    lists = [column.to_pylist() for column in data.columns]
    return [[form(lists[at][row], kinds[at]) for at in range(len(columns))] for row in range(data.num_rows)]


def read(location, version, columns):
    return rows_of(DeltaTable(location, version=version, storage_options=options(location)), columns)


def append(location, rows):
    data = pa.table(
        {
            "n": pa.array([row["n"] for row in rows], pa.int64()),
            "part": pa.array([row["part"] for row in rows], pa.string()),
        }
    )
    write_deltalake(location, data, mode="append", storage_options=options(location))
    return None


def optimize(location):
    DeltaTable(location, storage_options=options(location)).optimize.compact()
    return None


def at(*parts):
    return datetime.datetime(*parts, tzinfo=UTC)


def types():
    return pa.table(
        {
            "s": pa.array(["a", "é 日本 \U0001d11e", "", None, "x" * 100]),
            "l": pa.array([0, 2**63 - 1, -(2**63), None, 2**53 + 1], pa.int64()),
            "i": pa.array([0, 2**31 - 1, -(2**31), None, 5], pa.int32()),
            "h": pa.array([0, 2**15 - 1, -(2**15), None, 5], pa.int16()),
            "b": pa.array([0, 127, -128, None, 5], pa.int8()),
            "f": pa.array([0.1, -0.0, float("inf"), None, float("nan")], pa.float32()),
            "d": pa.array([0.1, 1e300, float("-inf"), None, 5e-324], pa.float64()),
            "t": pa.array([True, False, True, None, False]),
            "y": pa.array([b"\x00\xff", b"", b"abc", None, b"\x80"], pa.binary()),
            "day": pa.array([datetime.date(1970, 1, 1), datetime.date(1901, 2, 3), None] + [datetime.date(2100, 12, 31)] * 2),
            "ts": pa.array(
                [at(1970, 1, 1), at(2026, 11, 24, 1, 2, 3, 456789), at(1960, 5, 5, 5, 5, 5, 5), None, at(2100, 1, 1)],
                pa.timestamp("us", tz="UTC"),
            ),
            "small": pa.array([decimal.Decimal(x) if x else None for x in ["1.25", "-0.01", "0", None, "9999999.99"]], pa.decimal128(9, 2)),
            "large": pa.array(
                [decimal.Decimal(x) if x else None for x in ["1", "-0.000000000000000001", "99999999999999999999.999999999999999999", None, "0"]],
                pa.decimal128(38, 18),
            ),
            "list": pa.array([[1, None, 2], [], None, [3], [4]], pa.list_(pa.int64())),
            "one": pa.array([{"a": "x", "b": 1.5}, {"a": None, "b": None}, None, {"a": "y", "b": 0.0}, None]),
            "map": pa.array([[("k", 1)], [], None, [("a", None), ("b", 2)], []], pa.map_(pa.string(), pa.int64())),
        }
    )


def make(folder):
    made = []

    def done(name):
        path = f"{folder}/{name}"
        table = DeltaTable(path, storage_options=options(path))
        fields = json.loads(table.schema().to_json())["fields"]
        made.append({"name": name, "location": path, "rows": rows_of(table, [field["name"] for field in fields])})

    def write(name, data, **more):
        path = f"{folder}/{name}"
        write_deltalake(path, data, storage_options=options(path), **more)

    write("types", types())
    done("types")

    parts = pa.table(
        {
            "p": pa.array(["plain", "a b", "a=b", "50%", "é/日本", "q?#&+", None, "x:y'z\"[]{}^"]),
            "day": pa.array([datetime.date(2026, 11, 24)] * 4 + [None] * 4, pa.date32()),
            "ok": pa.array([True, False] * 4),
            "k": pa.array([1, -1, None, 7] * 2, pa.int64()),
            "ts": pa.array([at(2026, 11, 24, 1, 2, 3, 456789), None] * 4, pa.timestamp("us", tz="UTC")),
            "m": pa.array([decimal.Decimal("1.50"), None] * 4, pa.decimal128(6, 2)),
            "n": pa.array(range(8), pa.int32()),
        }
    )
    write("partitions", parts, partition_by=["p", "day", "ok", "k", "ts", "m"])
    done("partitions")

    for i in range(12):
        write("checkpointed", pa.table({"n": pa.array([i, i + 100], pa.int64())}), mode="append")
    path = f"{folder}/checkpointed"
    table = DeltaTable(path, storage_options=options(path))
    table.delete("n = 5")
    table.create_checkpoint()
    table.optimize.compact()
    write("checkpointed", pa.table({"n": pa.array([600], pa.int64()), "note": pa.array(["later"])}), mode="append", schema_mode="merge")
    table = DeltaTable(path, storage_options=options(path))
    table.merge(
        pa.table({"n": pa.array([600, 7, 700], pa.int64()), "note": pa.array(["merged"] * 3)}), "t.n = s.n", source_alias="s", target_alias="t"
    ).when_matched_update_all().when_not_matched_insert_all().execute()
    table.create_checkpoint()
    done("checkpointed")

    write("ntz", pa.table({"t": pa.array([datetime.datetime(2026, 11, 24, 1, 2, 3, 4), None], pa.timestamp("us"))}))
    done("ntz")

    write("constrained", pa.table({"n": pa.array([1], pa.int64())}))
    DeltaTable(f"{folder}/constrained", storage_options=options(folder)).alter.add_constraint({"positive": "n > 0"})
    done("constrained")
    return made


serve({"read": read, "append": append, "optimize": optimize, "make": make})
sys.stdout.flush()
# Leaves before the interpreter tears down: delta-rs now and then aborts while its threads are being ended.
os._exit(0)
