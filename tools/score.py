"""`churn score`: what the worker would say of a customer, by the worker's own code."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import orjson
import typer
from pydantic import BaseModel, ConfigDict

from consumer.alerts import AlertPolicy, risk_of
from consumer.errors import EventError
from consumer.message import Message
from consumer.pipeline import conclude, judge
from consumer.ports import Model, Profiles
from consumer.scorer import open_scorer
from consumer.stages import Alerted, Failed
from schemas.alerts import ChurnAlert, ModelReference, Probability, Reason, Risk
from schemas.moments import Moment
from tools.customers import CustomerIds, answer
from tools.options import Config, moment
from tools.terminal import settings_of

SOURCE = "churn/score"


class Score(BaseModel):
    """A customer's score at a moment; the fields are those of an alert."""

    model_config = ConfigDict(frozen=True)

    id_client: int
    probability: Probability
    threshold: Probability
    risk: Risk | None
    """None below the threshold, where the worker sends no alert."""
    reasons: tuple[Reason, ...]
    model: ModelReference
    event_time: Moment


def score(
    ids: CustomerIds,
    at: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="TIME", help="RFC 3339 time to score for; else now."),
    ] = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="The only form there is.")] = False,
) -> None:
    """Score customers as the worker would at that time, one JSON object a line.

    `risk` is null where the worker would send no alert. Nothing is published. Exits with 1 when a
    customer is not in the database.

    Example: churn score 1001 --at 2024-05-01T09:30:00Z
    """
    del as_json
    when = at or datetime.now(UTC)
    with open_scorer(settings_of(config)) as scorer:
        scores = list(
            score_customers(ids, when, scorer.profiles, scorer.model, policy=scorer.policy)
        )
    answer(ids, scores, Score.model_dump_json)


def score_customers(
    ids: Sequence[int], at: datetime, profiles: Profiles, model: Model, *, policy: AlertPolicy
) -> Iterator[Score | EventError]:
    """Give for each id its score, or why there is none, in order.

    Raises:
        DependencyDown: the database is away.
        WorkerBroken: tables or permissions are missing.
    """
    batch = [_update(customer, at) for customer in ids]
    # From a threshold of 0 on the worker's code gives an alert, and so reasons, for everybody.
    everybody = replace(policy, threshold=0.0)
    judged = judge(batch, topic=SOURCE, profiles=profiles, model=model, policy=everybody)
    for outcome in conclude(judged):
        if isinstance(outcome, Alerted):
            yield _score(outcome.alert, policy.threshold)
        elif isinstance(outcome, Failed):
            yield outcome.error


def _update(customer: int, at: datetime) -> Message:
    """Make the smallest update there is: everything comes from the database."""
    return Message(str(customer), orjson.dumps({"id_client": customer}), {}, publish_time=at)


def _score(alert: ChurnAlert, threshold: float) -> Score:
    alerts = alert.probability >= threshold
    return Score(
        id_client=alert.id_client,
        probability=alert.probability,
        threshold=threshold,
        risk=risk_of(alert.probability, threshold) if alerts else None,
        reasons=alert.reasons,
        model=alert.model,
        event_time=alert.event_time,
    )
