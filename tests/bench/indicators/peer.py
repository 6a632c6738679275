"""Milliseconds of TA-Lib over the raw float64 columns in a folder, the best of 9: peer.py FOLDER."""
import json
import sys
import time

import numpy as np
import talib

high, low, close = (np.fromfile(f"{sys.argv[1]}/{name}.f64") for name in ("high", "low", "close"))
work = {
    "sma": lambda: talib.SMA(close, 20),
    "ema": lambda: talib.EMA(close, 20),
    "rsi": lambda: talib.RSI(close, 14),
    "macd": lambda: talib.MACD(close, 12, 26, 9),
    "bollinger": lambda: talib.BBANDS(close, 20, 2, 2),
    "atr": lambda: talib.ATR(high, low, close, 14),
}
best = {}
for name, run in work.items():
    times = []
    for _ in range(9):
        begin = time.perf_counter()
        run()
        times.append((time.perf_counter() - begin) * 1000)
    best[name] = min(times)
print(json.dumps(best))
