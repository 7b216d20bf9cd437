"""How many papers report a thing, shrunk towards what is usual where papers are few."""

from __future__ import annotations

#: weight of what is usual, in papers
PRIOR_PAPERS = 2.0


def shrunk_share(papers: int, of: int, usual: float) -> tuple[float, float, float]:
    """Share of papers that report a thing, and its 90 % credible interval.

    The posterior of a binomial share under a Beta prior with mean ``usual`` that weighs as much as `PRIOR_PAPERS`
    papers (Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.4): 1 of 1 paper is not "all papers".

    Args:
        papers: how many report it, 0 to ``of``.
        of: how many papers were read on the topic.
        usual: mean share of things of this kind, between 0 and 1.

    Returns:
        mean, low and high, each between 0 and 1.
    """
    from scipy.special import betaincinv  # scipy.stats takes a second to load

    usual = min(max(usual, 0.01), 0.99)
    a, b = papers + PRIOR_PAPERS * usual, of - papers + PRIOR_PAPERS * (1 - usual)
    low, high = betaincinv(a, b, [0.05, 0.95])
    return a / (a + b), float(low), float(high)
