"""The report as one JSON object."""

from dataclasses import asdict
from typing import Any

import orjson

from schemas.moments import rfc3339
from tools.what_if.contenders import Contender
from tools.what_if.findings import Findings
from tools.what_if.movers import Mover
from tools.what_if.quality import Quality
from tools.what_if.summary import summary
from tools.what_if.volume import Volume


def document(found: Findings, seconds: float) -> bytes:
    """Write everything that was found, and the seconds that scoring took."""
    about = found.about
    first, last = found.period
    content = {
        "source": about.source,
        "as_of": about.as_of,
        "made_at": rfc3339(about.made_at),
        "summary": asdict(summary(found)),
        "current": _model(about.current),
        "candidate": _model(about.candidate),
        "messages": found.messages,
        "seconds": round(seconds, 3),
        "compared": found.decisions.compared(),
        "not_compared": dict(found.left_out),
        "problems": [each.text for each in found.problems],
        "event_time": {"first": rfc3339(first), "last": rfc3339(last)},
        "decisions": _decisions(found),
        "differences": _differences(found),
        "alerts_a_day": _volume(found.volume),
        "customers": found.customers,
        "truth": _truth(found.known, found.quality),
        "movers": [_mover(each) for each in found.movers],
    }
    return orjson.dumps(content)


def _model(side: Contender) -> dict[str, Any]:
    return {
        **side.model.reference.model_dump(),
        "uri": side.uri,
        "threshold": side.threshold,
        "own_threshold": side.model.threshold,
        "f1_in_training": side.f1_in_training,
    }


def _decisions(found: Findings) -> dict[str, Any]:
    decided = found.decisions
    return {
        "changed": decided.changed(),
        "new_alerts": decided.new_alerts(),
        "lost_alerts": decided.lost_alerts(),
        "raised": decided.raised(),
        "lowered": decided.lowered(),
        "counts": [
            {"country": country, "current": current, "candidate": candidate, "events": events}
            for (country, current, candidate), events in sorted(decided.decisions.items())
        ],
    }


def _differences(found: Findings) -> dict[str, Any]:
    quantiles = found.differences.quantiles()
    return {
        "mean": found.differences.mean,
        "quantiles": {f"{share:g}": value for share, value in quantiles.items()},
    }


def _volume(volume: Volume) -> dict[str, Any]:
    return {
        "current": {"mean": volume.mean_current, "peak": volume.peak_current._asdict()},
        "candidate": {"mean": volume.mean_candidate, "peak": volume.peak_candidate._asdict()},
        "days": [each._asdict() for each in volume.days],
    }


def _truth(known: int, measured: Quality | None) -> dict[str, Any]:
    if measured is None:
        return {"customers": known, "left": 0, "metrics": None}
    return asdict(measured)


def _mover(mover: Mover) -> dict[str, Any]:
    return {
        **mover._asdict(),
        "event_time": rfc3339(mover.event_time),
        "difference": mover.difference,
        "reasons": [each.model_dump() for each in mover.reasons],
    }
