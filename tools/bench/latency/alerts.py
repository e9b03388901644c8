"""Which alert is of which event, and that each event has exactly one."""

from collections import Counter
from collections.abc import Mapping, Sequence

import orjson

from schemas.alerts import ALERT_TYPE
from tools.errors import BadInput


class NotOneAlertEach(BadInput):
    """An event has no alert or several, so that the latencies say nothing."""


def event_id_of(data: bytes, attributes: Mapping[str, str]) -> str:
    """Name the event that a message on the alert topic is about: an alert, or the event's echo."""
    if attributes["ce-type"] == ALERT_TYPE:
        return str(orjson.loads(data)["event_id"])
    return attributes["ce-id"]


def latencies(started: Mapping[str, float], arrived: Sequence[tuple[str, float]]) -> list[float]:
    """Give the seconds from each event to its alert, in the order of the events.

    Args:
        started: the moment of each event, by its id.
        arrived: the event and the moment of each alert.

    Raises:
        NotOneAlertEach: an event has none or several, or an alert is of another event.
    """
    counts = Counter(event for event, _ in arrived)
    missing = [event for event in started if not counts[event]]
    several = [event for event, count in counts.items() if count > 1]
    strange = [event for event in counts if event not in started]
    for problem, events in (("no alert", missing), ("several", several), ("not to come", strange)):
        if events:
            raise NotOneAlertEach(
                f"not one alert for each of {len(started)} events: {problem} for {len(events)} of "
                f"them, such as {events[0]}"
            )
    moments = dict(arrived)
    return [moments[event] - moment for event, moment in started.items()]
