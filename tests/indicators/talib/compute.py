"""Runs TA-Lib over raw float64 columns: compute.py FOLDER, which holds cases.json and <column>.f64."""
import json
import sys

import numpy as np
import talib

folder = sys.argv[1]
with open(f"{folder}/cases.json") as file:
    cases = json.load(file)
columns = {}
for at, case in enumerate(cases):
    for name in case["inputs"]:
        if name not in columns:
            columns[name] = np.fromfile(f"{folder}/{name}.f64", dtype=np.float64)
    inputs = [columns[name] for name in case["inputs"]]
    function = getattr(talib, case["function"], None)
    if function is None:
        continue
    result = function(*inputs, **case["options"])
    lines = result if isinstance(result, tuple) else (result,)
    for line, values in enumerate(lines):
        values = np.asarray(values, dtype=np.float64)
        values.tofile(f"{folder}/{at}.{line}.f64")
print(json.dumps({"wheel": talib.__version__, "core": talib.__ta_version__.decode()}))
