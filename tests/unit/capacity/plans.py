"""Costs of an event and inputs with round figures, to follow a sum by hand."""

from typing import Final

from tools.capacity.inputs import Database, Inputs, Prices, PubSub, Workers
from tools.capacity.measured import EventCost

OFF: Final = EventCost(
    speed=6_000,
    cpu_microseconds=200,
    memory_megabytes=300,
    alert_share=0.2,
    database_microseconds=10,
    statement_microseconds=500,
    history_bytes=0,
)
ON: Final = EventCost(
    speed=6_000,
    cpu_microseconds=250,
    memory_megabytes=300,
    alert_share=0.2,
    database_microseconds=50,
    statement_microseconds=500,
    history_bytes=1_000,
)
ROUND: Final = Inputs(
    workers=Workers(utilization=0.5, streams=4, max_messages=1_000, batch_events=500, linger_ms=10),
    database=Database(
        pool_size=2, other_connections=10, keep_days=100, data_gigabytes=10, largest_disk=10_010
    ),
    pubsub=PubSub(event_bytes=250, alert_bytes=2_000, publish_quota=100, pull_quota=100),
    prices=Prices(
        cluster_hour=0.1,
        pod_vcpu_hour=0.04,
        pod_gigabyte_hour=0.005,
        sql_vcpu_hour=0.05,
        sql_gigabyte_hour=0.01,
        sql_disk_month=0.2,
        pubsub_free_gib=0,
        hours_a_month=700,
    ),
)
