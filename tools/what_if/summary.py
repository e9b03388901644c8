"""What it comes to, in plain words for who owns the model; what is not known is said, too."""

from dataclasses import dataclass

from tools.what_if.findings import Findings
from tools.what_if.look_at import look_at
from tools.what_if.quality import Quality
from tools.what_if.words import change, count, share


@dataclass(frozen=True, slots=True)
class Summary:
    """A verdict of a few words, and the sentences behind it."""

    verdict: str
    changes: str
    """What would be decided otherwise."""
    alerts: str
    """How many alerts a day there would be."""
    truth: str
    """Whether it is better, where that can be known."""
    look_at: tuple[str, ...]
    """What to look at before deciding, and what this comparison cannot tell."""


def summary(found: Findings) -> Summary:
    """Put findings into words."""
    return Summary(
        verdict=_verdict(found),
        changes=_changes(found),
        alerts=_alerts(found),
        truth=_truth(found),
        look_at=tuple(look_at(found)),
    )


def _verdict(found: Findings) -> str:
    if found.decisions.changed() == 0:
        return "No decision would change."
    if found.quality is None or not found.quality.is_enough:
        return "Whether the candidate is better cannot be told from these events."
    interval = found.quality.metrics["f1"].difference_interval
    if interval is not None and interval.low > 0:
        return "Where the truth is known, the candidate is better."
    if interval is not None and interval.high < 0:
        return "Where the truth is known, the candidate is worse."
    return "Where the truth is known, neither model is better beyond what chance explains."


def _changes(found: Findings) -> str:
    decisions = found.decisions
    compared, changed = decisions.compared(), decisions.changed()
    if not changed:
        return f"Both models decide the same about all {count(compared)} events."
    return (
        f"Of {count(compared)} events {count(changed)} ({share(changed, compared)}) would be "
        f"decided otherwise: {count(decisions.new_alerts())} new alerts, "
        f"{count(decisions.lost_alerts())} alerts lost, {count(decisions.raised())} raised from "
        f"high to critical, {count(decisions.lowered())} lowered from critical to high."
    )


def _alerts(found: Findings) -> str:
    volume = found.volume
    before, after = volume.mean_current, volume.mean_candidate
    peak, new_peak = volume.peak_current, volume.peak_candidate
    days = "the one day" if len(volume.days) == 1 else f"{count(len(volume.days))} days"
    more = [f"{after - before:+,.1f}", *([change(before, after)] if before else [])]
    return (
        f"The candidate would send {after:,.1f} alerts a day instead of {before:,.1f} "
        f"({', '.join(more)}; mean over {days} with events), and {count(new_peak.alerts)} on its "
        f"busiest day ({new_peak.date}) instead of {count(peak.alerts)} ({peak.date})."
    )


def _truth(found: Findings) -> str:
    measured = found.quality
    if measured is None:
        return (
            f"Of {count(found.known)} of {count(found.customers)} customers it is known that they "
            "stayed, and of nobody that it left"
            if found.known
            else f"Of none of the {count(found.customers)} customers is it known whether it left"
        ) + ", so nothing here says which model is right; it says only where they differ."
    return f"{_scores(found, measured)} {_judgement(measured)}"


def _scores(found: Findings, measured: Quality) -> str:
    f1, precision, recall = (measured.metrics[name] for name in ("f1", "precision", "recall"))
    return (
        f"Of {count(measured.customers)} of {count(found.customers)} customers it is known whether "
        f"they left ({count(measured.left)} did). There the candidate reaches F1 "
        f"{f1.candidate:.3f} and the current model {f1.current:.3f}; of the candidate's alerts "
        f"{share(precision.candidate, 1)} are right ({share(precision.current, 1)} now), and it "
        f"finds {share(recall.candidate, 1)} of those who left ({share(recall.current, 1)} now)."
    )


def _judgement(measured: Quality) -> str:
    f1 = measured.metrics["f1"]
    interval = f1.difference_interval
    if interval is None:
        return "These are too few customers to compare models by."
    span = f"{f1.difference:+.3f}, 95 % interval {interval.low:+.3f} to {interval.high:+.3f}"
    if interval.low > 0 or interval.high < 0:
        return f"The difference ({span}) is more than chance explains."
    return f"The difference ({span}) may be chance."
