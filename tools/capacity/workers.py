"""How many pods a rate needs."""

import math
from dataclasses import dataclass

from tools.capacity.inputs import Workers
from tools.capacity.measured import EventCost

MICROSECONDS = 1e6
MEBIBYTE_IN_MEGABYTES = 1.048576


@dataclass(frozen=True, slots=True)
class WorkerNeed:
    """The pods, and what they do together."""

    full_speed: float
    """Events a second that one worker is sure to reach: what it did, or its vCPU allow if less."""
    pods: int
    """Replicas, spare ones included."""
    pods_in_rollout: int
    """The most at once, while a new version is rolled out."""
    pod_vcpu: float
    """What a pod requests."""
    memory_mebibytes: int
    """What a pod requests, in steps of 64."""
    batches: float
    """Batches a second at the most, where none is full: one a worker in each linger."""
    full_batches: float
    """Batches a second at the least, where all are full."""
    held_messages: int
    """Messages that all hold at the most."""
    streams: int
    """StreamingPull streams that they open."""
    streams_in_rollout: int
    """The same, while a new version is rolled out."""


def workers_for(rate: float, cost: EventCost, inputs: Workers) -> WorkerNeed:
    """Size the pods for ``rate`` events a second."""
    full_speed = _full_speed(cost, inputs)
    pods = max(1, math.ceil(rate / (full_speed * inputs.utilization))) + inputs.spare
    surge = math.ceil(pods * inputs.surge)
    memory = cost.memory_megabytes * inputs.memory_factor / MEBIBYTE_IN_MEGABYTES
    return WorkerNeed(
        full_speed=full_speed,
        pods=pods,
        pods_in_rollout=pods + surge,
        pod_vcpu=inputs.vcpu,
        memory_mebibytes=64 * math.ceil(memory / 64),
        batches=max(rate / inputs.batch_events, min(rate, pods * 1_000 / inputs.linger_ms)),
        full_batches=rate / inputs.batch_events,
        held_messages=pods * inputs.max_messages,
        streams=pods * inputs.streams,
        streams_in_rollout=(pods + surge) * inputs.streams,
    )


def _full_speed(cost: EventCost, inputs: Workers) -> float:
    by_cpu = inputs.vcpu * MICROSECONDS / cost.cpu_microseconds
    return min(cost.speed, by_cpu) / inputs.core_factor
