"""Appends to a Delta table with delta-rs, then compacts it: delta_rs_writes.py <table> <storage options as JSON>"""

import json
import os
import sys

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

options = json.loads(sys.argv[2])
rows = pa.table({"n": pa.array([100, 101], pa.int64()), "part": pa.array(["a", "b"])})
write_deltalake(sys.argv[1], rows, mode="append", storage_options=options)
DeltaTable(sys.argv[1], storage_options=options).optimize.compact()
os._exit(0)
