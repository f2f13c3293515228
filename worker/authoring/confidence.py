"""Confidence bounds of a failure rate, from failures counted in a number of tries."""

from math import exp, lgamma, log, log1p


def upper_bound(failures: int, tries: int, *, confidence: float = 0.95) -> float:
    """Return the rate that, with this confidence, the true one does not exceed.

    The exact one-sided bound of Clopper and Pearson ("The use of confidence or fiducial limits
    illustrated in the case of the binomial", Biometrika 26, 1934): the rate at which so few
    failures or fewer would be seen with probability 1 - confidence. Without any failure that is
    1 - (1 - confidence)^(1/tries), about 3/tries, the rule of three (Hanley and Lippman-Hand, "If
    nothing goes wrong, is everything all right?", JAMA 249, 1983). It takes tries for
    independent; checks of one run are nearly so, since each has a process of its own.

    1.0 without any try.
    """
    if failures >= tries:
        return 1.0
    low, high = failures / tries, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(failures, tries, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(failures: int, tries: int, rate: float) -> float:
    """Return the probability of that many failures or fewer, at that rate."""
    if not 0 < rate < 1:
        return float(rate <= 0)
    terms = (
        lgamma(tries + 1) - lgamma(k + 1) - lgamma(tries - k + 1) + k * log(rate)
        + (tries - k) * log1p(-rate)
        for k in range(failures + 1)
    )  # fmt: skip
    return sum(exp(term) for term in terms)
