"""The one place that builds the real edges from the settings and wires them to the core."""

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta

from consumer.alerts import AlertPolicy
from consumer.crossing import AlertRule
from consumer.dead_letter import RetryPolicy
from consumer.dead_letter_share import DeadLetterShare
from consumer.dispatch import Dispatch, Route
from consumer.errors import BadSettings
from consumer.health import Health
from consumer.history import Retention, SqlHistory, require_schema
from consumer.hold import Hold
from consumer.models import Models, open_models
from consumer.no_history import NO_HISTORY
from consumer.ports import History
from consumer.processing import Processing
from consumer.publisher import Publisher
from consumer.recording import Recording
from consumer.scorer import Attempt, Scorer, open_scorer
from consumer.settings import Settings
from consumer.settlement import Settlement
from consumer.stopping import StopSignal
from consumer.subscriber.client import open_client
from consumer.subscriber.opening import subscriber_of
from consumer.subscriber.reachability import Reachability
from consumer.subscriber.subscription import Subscription, describe
from consumer.telemetry import Metrics
from consumer.worker import Worker


@contextmanager
def open_worker(
    settings: Settings, *, stop: StopSignal, health: Health, metrics: Metrics
) -> Iterator[Worker]:
    """Build the whole worker: the sinks first, then the source. A part that is away is waited for.

    Raises:
        DependencyDown: a part was still away when somebody asked to stop.
        WorkerBroken: a part is missing or wrong.
    """
    hold = Hold(stop, health=health, metrics=metrics, random_=random.SystemRandom())
    attempt = hold.until_up_at_start
    with ExitStack() as opened:
        scorer = opened.enter_context(open_scorer(settings, attempt))
        history = opened.enter_context(_history(settings, scorer, attempt))
        publisher = opened.enter_context(closing(_publisher(settings)))
        attempt(publisher.check_topics)
        client = opened.enter_context(open_client())
        subscription = attempt(lambda: describe(client, settings.subscription_path))
        _refuse_attempts_above_policy(settings, subscription)
        subscriber = subscriber_of(settings, client, health)
        opened.enter_context(
            Reachability(lambda: describe(client, settings.subscription_path), health)
        )
        metrics.inflight_messages.set_function(lambda: subscriber.held)
        models = opened.enter_context(
            open_models(settings, scorer.model, health=health, metrics=metrics)
        )
        processing = _processing(subscription, scorer, history, models, metrics)
        dispatch = _dispatch(settings, publisher, scorer.policy, metrics)
        settlement = _settlement(publisher, dispatch, history, hold, stop)
        yield Worker(
            subscriber=subscriber,
            judge=processing.judge,
            recording=Recording(
                processing.conclude, dispatch, settlement, hold, when_failed=stop.request
            ),
            settlement=settlement,
            hold=hold,
            stop=stop,
            scored=models.scored,
        )


def _processing(
    subscription: Subscription, scorer: Scorer, history: History, models: Models, metrics: Metrics
) -> Processing:
    return Processing(
        subscription.topic,
        scorer.profiles,
        history,
        models.served,
        metrics,
        models.shadow,
        models.meter,
    )


def _publisher(settings: Settings) -> Publisher:
    named_by = {
        settings.alert_topic_path: "pubsub.alert_topic",
        settings.dead_letter_topic_path: "pubsub.dead_letter_topic",
    }
    return Publisher(settings=named_by)


def _dispatch(
    settings: Settings, publisher: Publisher, policy: AlertPolicy, metrics: Metrics
) -> Dispatch:
    return Dispatch(
        publisher,
        _route(settings),
        policy=policy,
        retry=_retry_policy(settings),
        share=DeadLetterShare(settings.dead_letters.max_share, settings.dead_letters.window_events),
        now=_now,
        stage=metrics.stage,
    )


@contextmanager
def _history(settings: Settings, scorer: Scorer, attempt: Attempt) -> Iterator[History]:
    if not settings.history.enabled:
        yield NO_HISTORY
        return
    engine = scorer.database.engine
    attempt(lambda: require_schema(engine))
    with Retention(engine, keep=timedelta(days=settings.history.keep_days), now=_now):
        yield SqlHistory(engine, now=_now, rule=alert_rule(settings))


def alert_rule(settings: Settings) -> AlertRule | None:
    """Give the rule that looks at earlier scores; None where every event at risk alerts."""
    alerts = settings.alerts
    if alerts.policy == "every" and alerts.cooldown_days == 0:
        return None
    return AlertRule(
        only_crossings=alerts.policy == "crossing", cooldown=timedelta(days=alerts.cooldown_days)
    )


def _settlement(
    publisher: Publisher, dispatch: Dispatch, history: History, hold: Hold, stop: StopSignal
) -> Settlement:
    return Settlement(
        publisher,
        dispatch,
        hold,
        history=history,
        health=hold.health,
        metrics=hold.metrics,
        now=_now,
        clock=time.monotonic,
        when_failed=stop.request,
    )


def _route(settings: Settings) -> Route:
    return Route(
        subscription=settings.subscription_path,
        alert_topic=settings.alert_topic_path,
        dead_letter_topic=settings.dead_letter_topic_path,
    )


def _retry_policy(settings: Settings) -> RetryPolicy:
    return RetryPolicy(
        max_attempts=settings.pubsub.max_delivery_attempts,
        max_age=timedelta(seconds=settings.dead_letters.max_age_seconds),
    )


def _refuse_attempts_above_policy(settings: Settings, subscription: Subscription) -> None:
    """The worker must give up, with a reason, before Pub/Sub does, without one."""
    allowed = subscription.max_delivery_attempts
    if allowed is not None and settings.pubsub.max_delivery_attempts >= allowed:
        raise BadSettings(
            f"pubsub.max_delivery_attempts ({settings.pubsub.max_delivery_attempts}) must be below "
            f"the {allowed} of the subscription's dead-letter policy: lower the setting, or raise "
            "the policy"
        )


def _now() -> datetime:
    return datetime.now(UTC)
