"""A probability becomes an alert, or silence.

The alert's id depends on the event alone, so that every redelivery of an event gives the same id
("Name-based UUID", RFC 4122 section 4.3).
"""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson

from consumer.errors import EventError
from consumer.isolate import isolate
from consumer.message import OutgoingMessage
from consumer.ports import Model, Stage
from consumer.reasons import explain
from consumer.stages import Alerted, Decision, Failed, Scored
from schemas.alerts import ALERT_TYPE, ChurnAlert, ModelReference, Reason, Risk
from schemas.events import (
    CONTENT_TYPE_ATTRIBUTE,
    DATA_CONTENT_TYPE,
    SPEC_VERSION,
    CustomerEvent,
)
from schemas.moments import rfc3339

ALERT_NAMESPACE = uuid5(NAMESPACE_URL, "urn:churn:alert")

_BEFORE_NAME = sha1(ALERT_NAMESPACE.bytes, usedforsecurity=False)
"""What the digest of every id begins with."""


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """When to alert, and in whose name."""

    threshold: float
    deployment: str
    reasons: bool = True
    ordering: bool = False

    @property
    def source(self) -> str:
        """The CloudEvents source of every alert."""
        return f"churn/{self.deployment}"


def alert_id(event: CustomerEvent) -> UUID:
    """UUIDv5 over source and id; as a JSON list, so that ("a", "bc") differs from ("ab", "c")."""
    digest = _BEFORE_NAME.copy()
    digest.update(orjson.dumps((event.source, event.id)))
    return UUID(bytes=digest.digest()[:16], version=5)


def risk_of(probability: float, threshold: float) -> Risk:
    """Grade an alert: high from the threshold, critical from half-way between it and 1."""
    critical = threshold + (1 - threshold) / 2
    return Risk.CRITICAL if probability >= critical else Risk.HIGH


def decide(
    scored: Sequence[Scored], model: Model, policy: AlertPolicy, stage: Stage = nullcontext
) -> tuple[list[Decision], list[Failed]]:
    """Raise an alert for each event from the threshold on, with its reasons; silence below it."""
    alerting = [item for item in scored if item.probability >= policy.threshold]
    decisions = [Decision(item, None) for item in scored if item.probability < policy.threshold]
    failed: list[Failed] = []
    with stage("reasons"):
        explained = _reasons(alerting, model, policy)
    for item, reasons in zip(alerting, explained, strict=True):
        if isinstance(reasons, EventError):
            failed.append(Failed(item.row.message, reasons))
        else:
            decisions.append(Decision(item, _alert(item, reasons, model.reference, policy)))
    return decisions, failed


def _reasons(
    alerting: Sequence[Scored], model: Model, policy: AlertPolicy
) -> Sequence[tuple[Reason, ...] | EventError]:
    if not policy.reasons:
        return [()] * len(alerting)
    return isolate(lambda part: explain(part, model), alerting)


def _alert(
    item: Scored, reasons: tuple[Reason, ...], model: ModelReference, policy: AlertPolicy
) -> ChurnAlert:
    event = item.row.event
    return ChurnAlert(
        alert_id=alert_id(event),
        revision=item.row.revision,
        event_id=event.id,
        event_source=event.source,
        id_client=event.update.id_client,
        probability=item.probability,
        threshold=policy.threshold,
        risk=risk_of(item.probability, policy.threshold),
        reasons=reasons,
        model=model,
        event_time=event.time,
    )


def alert_message(alerted: Alerted, policy: AlertPolicy, *, scored_at: datetime) -> OutgoingMessage:
    """Lay an alert out as it is published: CloudEvents binary mode, and attributes to filter on.

    What may differ between copies of an alert (``scored_at``) is an attribute, so that their data
    is equal byte for byte. With the history on both are as they were kept.
    """
    alert, replay, kept = alerted.alert, alerted.event.replay, alerted.kept
    attributes = {
        "ce-id": str(alert.alert_id),
        "ce-source": policy.source,
        "ce-specversion": SPEC_VERSION,
        "ce-type": ALERT_TYPE,
        CONTENT_TYPE_ATTRIBUTE: DATA_CONTENT_TYPE,
        "model_version": alert.model.version,
        "risk": alert.risk.value,
        "scored_at": rfc3339(kept.scored_at if kept else scored_at),
    }
    return OutgoingMessage(
        data=(kept and kept.alert) or alert.encode(),
        attributes=attributes if replay is None else attributes | {"replay": replay},
        ordering_key=str(alert.id_client) if policy.ordering else "",
    )
