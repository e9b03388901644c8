"""How an alert looks: one line for a person, one JSON object for a program."""

from typing import Any

import orjson
from pydantic import ValidationError
from rich.text import Text

from consumer.message import Message
from schemas.alerts import ChurnAlert, Reason, Risk
from schemas.moments import rfc3339
from schemas.tables import FEATURE_OF_COLUMN, Kind
from tools.downstream.text import clock_time, printable

_STYLES = {Risk.HIGH: "yellow", Risk.CRITICAL: "bold red"}


def alert_line(message: Message) -> Text:
    """Write time, risk, customer, probability and reasons."""
    line = Text(no_wrap=True).append(clock_time(message.publish_time), style="dim")
    try:
        alert = ChurnAlert.decode(message.data)
    except ValidationError:
        return line.append(f"  message {message.message_id} is no alert", style="red")
    line.append(f"  {alert.risk.value.upper():<8}", style=_STYLES[alert.risk])
    line.append(f"  customer {alert.id_client}", style="bold")
    line.append(f"  {alert.probability:.3f}")
    line.append(f"  {', '.join(map(_reason, alert.reasons))}", style="dim")
    return line


def alert_document(message: Message) -> dict[str, Any]:
    """Give the alert with what is around it; ``alert`` is null where the data is no alert."""
    try:
        ChurnAlert.decode(message.data)
    except ValidationError:
        alert = None
    else:
        alert = orjson.loads(message.data)
    return {
        "message_id": message.message_id,
        "publish_time": rfc3339(message.publish_time),
        "attributes": dict(message.attributes),
        "alert": alert,
    }


def _reason(reason: Reason) -> str:
    """Write a reason as ``AGE=52 (+0.85)``; the contribution is in log-odds."""
    return f"{_named(reason)} ({reason.contribution:+.2f})"


def _named(reason: Reason) -> str:
    value = reason.value
    if value is None:
        return f"{printable(reason.feature)} missing"
    if isinstance(value, str):
        return f"{printable(reason.feature)}={printable(value)}"
    feature = FEATURE_OF_COLUMN.get(reason.feature)
    days = " days" if feature is not None and feature.kind is Kind.TENURE else ""
    return f"{printable(reason.feature)}={value:.10g}{days}"
