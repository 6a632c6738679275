"""pandas' own results for operators.test.ts: compute.py < {name: [numbers or null]} > {name: {operator: [...]}}."""
import json
import sys
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")


def texts(values):
    return [None if pd.isna(v) else float(v) if np.isfinite(v) else "Infinity" if v > 0 else "-Infinity" for v in values]


def both(a, b):
    whole = ~(np.isnan(a) | np.isnan(b))
    return a[whole], b[whole]


def exact(x, y, window, least, result):
    """Each window by itself, in two passes and extended precision."""
    out = []
    for i in range(len(x)):
        a, b = both(x[max(0, i - window + 1) : i + 1], y[max(0, i - window + 1) : i + 1])
        out.append(result(a.astype(np.longdouble), b.astype(np.longdouble)) if len(a) >= least else np.nan)
    return texts(out)


def cov(a, b, ddof=1):
    return ((a - a.mean()) * (b - b.mean())).sum() / (len(a) - ddof) if len(a) > ddof else np.nan


def corr(a, b):
    size = np.sqrt(cov(a, a, 0) * cov(b, b, 0)) if len(a) > 1 else 0
    return cov(a, b, 0) / size if size > 0 else np.nan


request = json.load(sys.stdin)
other = np.array(request.pop("other"), dtype=float)
answer = {}
for name, numbers in request.items():
    x = np.array([np.nan if n is None else n for n in numbers], dtype=float)
    y = other[: len(x)]
    s, t = pd.Series(x), pd.Series(y)
    found = {}
    for window, least in ((20, 20), (20, 3), (1, 1), (7, 2)):
        key = f"{window}_{least}"
        r = s.rolling(window, min_periods=least)
        for operator in ("sum", "mean", "min", "max", "std", "var", "count"):
            found[f"{operator}_{key}"] = texts(getattr(r, operator)())
        found[f"std0_{key}"] = texts(r.std(ddof=0))
        found[f"corr_{key}"] = texts(r.corr(t))
        found[f"cov_{key}"] = texts(r.cov(t))
        found[f"exact_sum_{key}"] = exact(x, x, window, least, lambda a, b: a.sum())
        found[f"exact_mean_{key}"] = exact(x, x, window, least, lambda a, b: a.mean())
        found[f"exact_var_{key}"] = exact(x, x, window, least, lambda a, b: cov(a, b))
        found[f"exact_cov_{key}"] = exact(x, y, window, least, cov)
        found[f"exact_corr_{key}"] = exact(x, y, window, least, corr)
    for key, options in {
        "span": {"span": 20},
        "halflife": {"halflife": 7.5},
        "com": {"com": 4, "adjust": False},
        "alpha": {"alpha": 0.3, "ignore_na": True, "min_periods": 5},
        "plain": {"alpha": 0.3, "ignore_na": True, "adjust": False},
    }.items():
        for operator in ("mean", "var", "std"):
            found[f"ewm_{key}_{operator}"] = texts(getattr(s.ewm(**options), operator)())
    for periods in (1, 3, -2):
        found[f"shift_{periods}"] = texts(s.shift(periods))
        found[f"diff_{periods}"] = texts(s.diff(periods))
        found[f"pct_{periods}"] = texts(s.pct_change(periods, fill_method=None))
    for method in ("average", "min", "max", "first", "dense"):
        found[f"rank_{method}"] = texts(s.rank(method=method))
        found[f"rank_{method}_down"] = texts(s.rank(method=method, ascending=False, pct=True))
    found["corr"] = texts([s.corr(t)])
    index = pd.to_datetime(np.cumsum(np.arange(len(x)) % 5) * 37_000, unit="ms")
    for interval, rule in {"1m": "1min", "5m": "5min", "1h": "1h", "1d": "1D"}.items():
        r = pd.Series(x, index=index).resample(rule)
        found[f"resample_{interval}_time"] = [float(v) for v in r.sum().index.astype("datetime64[ms]").astype("int64")]
        for operator in ("first", "last", "min", "max", "mean", "sum", "count"):
            found[f"resample_{interval}_{operator}"] = texts(getattr(r, operator)())
    answer[name] = found
json.dump(answer, sys.stdout)
