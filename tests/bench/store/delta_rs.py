"""delta-rs in the same run: reads one command a line, answers with milliseconds as JSON.

append <folder> <count>: appends of 1,000 rows; open <folder> <count>: opening and listing the files.
"""

import datetime
import json
import random
import sys
import time

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

ROWS = 1000
now = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.timezone.utc)
rows = pa.table(
    {
        "symbol": [f"S{i % 7}USDT" for i in range(ROWS)],
        **{f"d{k}": [random.random() * 1e5 for _ in range(ROWS)] for k in range(7)},
        "event_time": pa.array([now + datetime.timedelta(microseconds=i) for i in range(ROWS)], pa.timestamp("us", tz="UTC")),
        "processing_time": pa.array([now] * ROWS, pa.timestamp("us", tz="UTC")),
        "date": pa.array([now.date()] * ROWS, pa.date32()),
        "hour": pa.array([9] * ROWS, pa.int32()),
    }
)


def timed(work, count):
    taken = []
    for _ in range(count):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


tables = {}
for line in sys.stdin:
    verb, folder, count = line.split()
    if verb == "append":
        if folder not in tables:
            write_deltalake(folder, rows, partition_by=["date"])
            tables[folder] = DeltaTable(folder)
        answer = timed(lambda: write_deltalake(tables[folder], rows, mode="append"), int(count))
    else:
        answer = timed(lambda: DeltaTable(folder).file_uris(), int(count))
    print(json.dumps(answer), flush=True)
