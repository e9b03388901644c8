"""The sections of the settings: what each key means, its default and its bounds.

Keys, defaults and docstrings here are the one source of the table in the documentation.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from consumer.settings.values import (
    DeploymentName,
    Digest,
    GlobalNames,
    InstanceName,
    IpType,
    LogLevel,
    Share,
    SubscriptionName,
    TopicName,
)


class Section(BaseModel):
    """What all sections share: frozen, no unknown keys, no value in an error's text."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        coerce_numbers_to_str=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        protected_namespaces=(),
    )


class PubsubSettings(Section):
    """Where events come from and alerts go, and how many are held at once."""

    project: str | None = None
    """Project of the ids below; GOOGLE_CLOUD_PROJECT where it is not set."""
    subscription: SubscriptionName = "churn-worker"
    """Subscription that events are received from: an id or a full path."""
    alert_topic: TopicName = "churn-alerts"
    """Topic that alerts are published to: an id or a full path."""
    dead_letter_topic: TopicName = "churn-dead-letters"
    """Topic for what cannot be processed: an id or a full path."""
    streams: Annotated[int, Field(ge=1, le=64)] = 4
    """StreamingPull streams opened side by side."""
    max_messages: Annotated[int, Field(ge=1)] = 4_000
    """Messages held at once, over all streams."""
    max_bytes: Annotated[int, Field(ge=1)] = 100_000_000
    """Bytes of messages held at once, over all streams."""
    max_lease_seconds: Annotated[int, Field(ge=10)] = 3_600
    """How long a message's lease is extended at most."""
    max_delivery_attempts: Annotated[int, Field(ge=1, le=99)] = 4
    """Attempt at which the worker dead-letters an event itself; must be below the policy's own."""
    drain_seconds: Annotated[float, Field(gt=0)] = 20
    """How long SIGTERM lets work finish; the pod's grace period must be 15 s longer."""


class BatchSettings(Section):
    """How many events are looked up and scored together."""

    max_events: Annotated[int, Field(ge=1)] = 1_000
    """Events in one batch."""
    max_bytes: Annotated[int, Field(ge=1)] = 20_000_000
    """Bytes in one batch; a larger message makes a batch of its own."""
    linger_ms: Annotated[float, Field(ge=0, le=10_000)] = 5
    """Milliseconds from one batch to the next that is not full; after a pause none waits."""


class PostgresqlSettings(Section):
    """The database: by host and port, or by socket, or with `cloudsql` by neither."""

    username: str | None = None
    """Role to connect as."""
    password: SecretStr | None = None
    """Its password; none for trust, peer and IAM authentication."""
    hostname: str | None = None
    """Host of the server."""
    port: Annotated[int, Field(ge=1, le=65_535)] = 5_432
    """Port of the server."""
    database: str | None = None
    """Name of the database."""
    unix_socket: str | None = None
    """Socket file, or its directory, in place of hostname and port."""
    statement_timeout_ms: Annotated[int, Field(ge=1)] = 5_000
    """Milliseconds after which the server gives up a query."""
    pool_size: Annotated[int, Field(ge=1, le=100)] = 2
    """Connections kept open by one worker, and the most that it opens."""
    max_workers: Annotated[int, Field(ge=1)] = 2
    """Most workers that run at once, in a rollout too; `churn doctor` checks their connections."""


class CloudsqlSettings(Section):
    """Cloud SQL through its Python connector, without a proxy."""

    instance: InstanceName | None = None
    """Instance connection name project:region:name; where it is set the connector is used."""
    ip_type: IpType = "PRIVATE"
    """Which of the instance's addresses is used."""
    iam_auth: bool = False
    """Log in as the workload's own identity instead of by password."""
    api_endpoint: str | None = None
    """Another address of the SQL Admin API (tests)."""


class GcsSettings(Section):
    """The model's pickle in Cloud Storage."""

    bucket: str | None = None
    """Bucket of the pickle."""
    blob: str | None = None
    """Object name of the pickle; its manifest stands beside it."""


class ModelSettings(Section):
    """Which model is loaded and what it may contain."""

    uri: str | None = None
    """Local path or gs://bucket/object of the pickle, in place of `gcs`."""
    sha256: Digest | None = None
    """The only digest that is accepted, whatever the manifest says."""
    allowed_globals: GlobalNames = ()
    """Further module:name pairs that the pickle may use, beside the built-in list."""
    poll_seconds: Annotated[float, Field(ge=0, le=86_400)] = 60
    """Seconds between looks for a new model; 0 never looks, and needs a restart instead."""
    shadow: str | None = None
    """Path or gs:// address of a second model that is scored beside and publishes nothing."""


class AlertsSettings(Section):
    """When an alert is published and what it carries."""

    threshold: Share | None = None
    """Probability from which to alert; the manifest's where it is not set."""
    policy: Literal["every", "crossing"] = "every"
    """Alert on every event at risk, or only where a customer's score rises across the threshold."""
    cooldown_days: Annotated[float, Field(ge=0)] = 0
    """Days (by event time) without another alert for the same customer; needs the history."""
    reasons: bool = True
    """Whether alerts say which features moved the score."""
    ordering: bool = False
    """Whether alerts carry the customer id as ordering key."""


class DeadLettersSettings(Section):
    """When giving up on events stops being normal."""

    max_share: Annotated[float, Field(gt=0, le=1)] = 0.2
    """Share of dead letters among the last events from which the worker stops; 1 never stops."""
    window_events: Annotated[int, Field(ge=1)] = 1_000
    """How many last events that share is counted over."""
    max_age_seconds: Annotated[float, Field(gt=0)] = 86_400
    """Age to give up at where the subscription sends no attempt number."""


class HistorySettings(Section):
    """The score history."""

    enabled: bool = False
    """Whether each score is kept in the history table, and no event is decided twice."""
    keep_days: Annotated[float, Field(ge=1, le=36_500)] = 400
    """Days after which a row is deleted; Pub/Sub may deliver an event again for 31 days."""


class ApiSettings(Section):
    """Where health, metrics and the status page listen."""

    host: str = "0.0.0.0"  # noqa: S104 - the probes of Kubernetes come from outside the pod
    """Address to listen on."""
    port: Annotated[int, Field(ge=0, le=65_535)] = 8_080
    """Port to listen on; 0 takes any free one."""


class LogSettings(Section):
    """What is logged and how it looks."""

    level: LogLevel = "INFO"
    """The least severity that is written."""
    format: Literal["auto", "json", "console"] = "auto"
    """JSON for Cloud Logging, or text; auto is text on a terminal and JSON elsewhere."""


class Sections(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        protected_namespaces=(),
    )

    deployment: DeploymentName = "local"
    """Name of this deployment in the source of its alerts, churn/<deployment>."""
    pubsub: PubsubSettings = PubsubSettings()
    batch: BatchSettings = BatchSettings()
    postgresql: PostgresqlSettings = PostgresqlSettings()
    cloudsql: CloudsqlSettings = CloudsqlSettings()
    gcs: GcsSettings = GcsSettings()
    model: ModelSettings = ModelSettings()
    alerts: AlertsSettings = AlertsSettings()
    dead_letters: DeadLettersSettings = DeadLettersSettings()
    history: HistorySettings = HistorySettings()
    api: ApiSettings = ApiSettings()
    log: LogSettings = LogSettings()
