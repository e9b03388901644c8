"""Everything that is assumed, each with its unit and where it is from; a TOML file changes them.

docs/capacity.md says where prices and quotas were looked up: check them before money depends on
them.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from consumer.settings import BatchSettings, HistorySettings, PostgresqlSettings, PubsubSettings
from tools.errors import BadInput

LOOKED_UP: Final = "2026-11-25"

Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(gt=0, le=1)]
Whole = Annotated[int, Field(ge=1)]
Count = Annotated[int, Field(ge=0)]
Sizes = Annotated[tuple[Whole, ...], Field(min_length=1)]


class Section(BaseModel):
    """What all sections share: frozen, and no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Workers(Section):
    """The pods."""

    vcpu: Share = 1.0
    """vCPU that a pod requests; a worker is one process and uses about one (measured)."""
    memory_factor: Positive = 1.5
    """Memory that a pod requests, in measured peaks."""
    utilization: Share = 0.6
    """Share of a worker's full speed that is planned for; the rest catches up after an outage."""
    core_factor: Positive = 1.0
    """vCPU that do the work of one core of the machine that was measured."""
    spare: Count = 1
    """Pods beyond the need, so that one may be lost (N+1)."""
    surge: Amount = 0.25
    """Share of pods that a rollout adds for a while (Kubernetes' `maxSurge`)."""
    streams: Whole = PubsubSettings().streams
    """Streams of a worker (`pubsub.streams`)."""
    max_messages: Whole = PubsubSettings().max_messages
    """Messages that a worker holds at the most (`pubsub.max_messages`)."""
    batch_events: Whole = BatchSettings().max_events
    """Events in a full batch (`batch.max_events`)."""
    linger_ms: Positive = BatchSettings().linger_ms
    """Milliseconds a batch waits that is not full (`batch.linger_ms`)."""


class Database(Section):
    """Cloud SQL for PostgreSQL."""

    pool_size: Whole = PostgresqlSettings().pool_size
    """Connections of a worker (`postgresql.pool_size`)."""
    other_connections: Count = 15
    """Connections of anybody else: reserved ones, migrations, people."""
    utilization: Share = 0.5
    """Share of the instance's vCPU that is planned for."""
    vcpu_sizes: Sizes = (1, 2, 4, 8, 16, 32, 64, 96)
    """vCPU of the instances to choose from (`db-custom-…`, Enterprise edition)."""
    memory_per_vcpu: Positive = 3.75
    """GB of memory for each vCPU."""
    statements: Whole = 1
    """Statements a batch: the lookup."""
    history_statements: Count = 3
    """Statements a batch that the history adds: recall, record, confirm."""
    data_gigabytes: Amount = 10
    """GB of disk for all but the history."""
    largest_disk: Positive = 64_000
    """GB that the disk of an instance can have (Cloud SQL, "Quotas and limits")."""
    keep_days: Positive = HistorySettings().keep_days
    """Days that history rows are kept (`history.keep_days`)."""

    @property
    def room_for_history(self) -> float:
        """GB of the largest disk that the history can have."""
        return max(0.0, self.largest_disk - self.data_gigabytes)


class PubSub(Section):
    """Pub/Sub; throughput quotas are those of a small region, which hold in every region."""

    event_bytes: Positive = 250
    """Bytes of an event: data, attributes, id and time (the sample's, rounded up)."""
    alert_bytes: Positive = 1_200
    """Bytes of an alert with its reasons, likewise."""
    alert_subscriptions: Count = 1
    """Subscriptions to the alert topic."""
    messages_a_request: Positive = 1
    """Messages in a request or response; at 1 each message costs at least the least size."""
    least_bytes: Amount = 1_000
    """Bytes that a request counts at least ("Pub/Sub pricing", "Pub/Sub quotas and limits")."""
    publish_quota: Positive = 200
    """MB/s that a project may publish in a region; 800 in medium ones, 4,000 in large ones."""
    pull_quota: Positive = 400
    """MB/s by StreamingPull, likewise; 800 in medium regions, 4,000 in large ones."""
    stream_limit: Positive = 10
    """MB/s on one stream ("Pub/Sub quotas and limits")."""
    streams_quota: Positive = 24_000
    """Streams open in a region; 48,000 in medium ones, 72,000 in large ones."""


class Prices(Section):
    """US dollars without discounts, in us-central1; other regions cost up to half as much again."""

    cluster_hour: Amount = 0.10
    """A cluster, an hour ("GKE pricing")."""
    pod_vcpu_hour: Amount = 0.0445
    """A vCPU of a general-purpose Autopilot pod, an hour ("GKE pricing")."""
    pod_gigabyte_hour: Amount = 0.0049225
    """A GiB of its memory, an hour ("GKE pricing")."""
    least_gigabytes_per_vcpu: Amount = 1
    """GiB that Autopilot gives, and bills, for each vCPU at least ("GKE pricing")."""
    sql_vcpu_hour: Amount = 0.0413
    """A vCPU of Cloud SQL Enterprise, an hour ("Cloud SQL pricing")."""
    sql_gigabyte_hour: Amount = 0.007
    """A GB of its memory, an hour ("Cloud SQL pricing")."""
    sql_disk_month: Amount = 0.17
    """A GB of its SSD, a month ("Cloud SQL pricing")."""
    sql_standby_factor: Positive = 2
    """Times that price with a standby in another zone (high availability); 1 without."""
    pubsub_tib: Amount = 40
    """A TiB published or delivered ("Pub/Sub pricing")."""
    pubsub_free_gib: Amount = 10
    """GiB a month that are free ("Pub/Sub pricing")."""
    hours_a_month: Positive = 730
    """Hours in a month."""


class Inputs(Section):
    """All of them."""

    workers: Workers = Workers()
    database: Database = Database()
    pubsub: PubSub = PubSub()
    prices: Prices = Prices()


def read_inputs(path: Path | None) -> Inputs:
    """Read the inputs that a TOML file changes; all others, or without a file all, as they are.

    Raises:
        BadInput: the file is missing, is no TOML, or has an unknown key or a value out of bounds.
    """
    if path is None:
        return Inputs()
    try:
        return Inputs.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} is no TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise BadInput(f"{path}: {where}: {first['msg']}") from None
