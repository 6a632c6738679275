"""What recorded frames hold, read with the standard library alone; and what a Delta table holds, read by delta-rs.

recorded_minutes.py frames FILE...   one JSON object a symbol: trades, first and last id, OHLCV of each minute
recorded_minutes.py table FOLDER     the same from raw/trades
"""

import gzip
import json
import sys
from decimal import Decimal


def frames(paths):
    for path in paths:
        with gzip.open(path, "rt") as lines:
            for line in lines:
                message = json.loads(line.split(" ", 1)[1])
                trade = message.get("data", {})
                if trade.get("e") == "trade":
                    yield trade["s"], trade["t"], trade["p"], trade["q"], trade["T"]


def table(folder):
    from deltalake import DeltaTable

    rows = DeltaTable(folder).to_pyarrow_table().sort_by([("symbol", "ascending"), ("tradeId", "ascending")]).to_pylist()
    for row in rows:
        milliseconds = round(row["trade_time"].timestamp() * 1000)
        yield row["symbol"], row["tradeId"], repr(row["price"]), repr(row["quantity"]), milliseconds


def summary(trades):
    symbols = {}
    for symbol, number, price, quantity, time in trades:
        of = symbols.setdefault(symbol, {"trades": 0, "first": number, "last": number, "minutes": {}})
        of["trades"] += 1
        of["last"] = number
        price, quantity = Decimal(price), Decimal(quantity)
        minute = of["minutes"].setdefault(time - time % 60_000, [price, price, price, price, Decimal(0)])
        minute[1] = max(minute[1], price)
        minute[2] = min(minute[2], price)
        minute[3] = price
        minute[4] += quantity
    return symbols


mode, *names = sys.argv[1:]
print(json.dumps(summary(frames(names) if mode == "frames" else table(names[0])), default=float))
