"""Benchmarks: each prints its ratios against a baseline measured in the same run, one JSON line a figure.

A module with a function ``run`` that yields figures is a benchmark: name, value, baseline, ratio, bar, ok.
"""


def figure(name: str, value: float, baseline: float, bar: float, *, at_most: bool = True) -> dict[str, object]:
    """Return one figure; its ratio keeps to the bar when it is at most (``at_most`` False: at least) that."""
    ratio = value / baseline
    ok = ratio <= bar if at_most else ratio >= bar
    return {"name": name, "value": value, "baseline": baseline, "ratio": round(ratio, 3), "bar": bar, "ok": ok}
