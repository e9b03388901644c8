"""What each stage of the worker cost, from its own metrics."""

from collections.abc import Mapping

from prometheus_client.parser import text_string_to_metric_families

STAGES = (
    *("decode", "recall", "enrich", "frame", "predict", "reasons", "decide", "record"),
    *("encode", "publish", "confirm", "ack"),
)
"""In the order of the pipeline; ``score`` and ``settle`` are sums of those around them."""

NOT_MEASURED = (
    "stages are wall time of one thread, confirm and ack on a thread of their own, beside the "
    "others; decide is without reasons; no stage has a clock for receiving"
)


def stage_microseconds(metrics: str, events: int) -> Mapping[str, float]:
    """Give the microseconds an event of each stage out of a page of metrics.

    Args:
        metrics: Prometheus text format.
        events: how many the worker has handled since its start.
    """
    found = {
        sample.labels["stage"]: 1e6 * sample.value / events
        for family in text_string_to_metric_families(metrics)
        for sample in family.samples
        if sample.name == "churn_stage_seconds_sum"
    }
    if "decide" in found:
        found["decide"] -= found.get("reasons", 0.0)
    return {stage: found[stage] for stage in STAGES if stage in found}
