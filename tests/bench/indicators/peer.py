"""TA-Lib over the raw float64 columns in a folder: peer.py FOLDER; a line "names" asks
for what it knows, and one of those for the CPU milliseconds of one run."""
import json
import sys
import time

import numpy as np
import talib

high, low, close, volume = (
    np.fromfile(f"{sys.argv[1]}/{name}.f64") for name in ("high", "low", "close", "volume")
)
bar = (high, low, close)
WORK = {
    "output": lambda: np.full(len(close), 1.0),
    "sma": lambda: talib.SMA(close, 20),
    "ema": lambda: talib.EMA(close, 20),
    "wma": lambda: talib.WMA(close, 20),
    "dema": lambda: talib.DEMA(close, 20),
    "tema": lambda: talib.TEMA(close, 20),
    "kama": lambda: talib.KAMA(close, 10),
    "rsi": lambda: talib.RSI(close, 14),
    "stochastic": lambda: talib.STOCH(*bar, 5, 3, 0, 3, 0),
    "stochRsi": lambda: talib.STOCHRSI(close, 14, 5, 3, 0),
    "macd": lambda: talib.MACD(close, 12, 26, 9),
    "bollinger": lambda: talib.BBANDS(close, 20, 2, 2),
    "atr": lambda: talib.ATR(*bar, 14),
    "natr": lambda: talib.NATR(*bar, 14),
    # Our adx gives all three.
    "adx": lambda: (talib.ADX(*bar, 14), talib.PLUS_DI(*bar, 14), talib.MINUS_DI(*bar, 14)),
    "cci": lambda: talib.CCI(*bar, 20),
    "williamsR": lambda: talib.WILLR(*bar, 14),
    "mfi": lambda: talib.MFI(*bar, volume, 14),
    "obv": lambda: talib.OBV(close, volume),
    "roc": lambda: talib.ROC(close, 10),
    "momentum": lambda: talib.MOM(close, 10),
}
for line in sys.stdin:
    if line.strip() == "names":
        print(json.dumps(list(WORK)), flush=True)
        continue
    work = WORK[line.strip()]
    begin = time.thread_time()
    times = 0
    # As our own cpuTime: systems count a thread's time in steps of some milliseconds.
    while (taken := time.thread_time() - begin) < 0.06:
        work()
        times += 1
    print(json.dumps(taken / times * 1000), flush=True)
