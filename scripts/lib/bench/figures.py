"""Medians, spread, and ratios of measurements that were taken in pairs."""

import math


def median(values):
    return quantile(values, 0.5)


def quantile(values, share):
    """The smallest value that at least this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def ratios(ours, theirs):
    """One ratio for each round: both were measured in it, one soon after the other."""
    return [mine / other for mine, other in zip(ours, theirs) if other > 0]


def significant(value):
    """Three significant digits, as people read them."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:.{digits}f}"


def spread(values):
    """`median (least–greatest)`."""
    if not values:
        return "–"
    return f"{significant(median(values))} ({significant(min(values))}–{significant(max(values))})"
