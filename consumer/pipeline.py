"""The worker's job on one screen: messages in, one outcome for each out.

``decode → enrich → score → decide``, each for the whole batch, each failing for one message alone.
Nothing here is published or acknowledged; see :mod:`consumer.worker` for what becomes of outcomes.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

from consumer.alerts import AlertPolicy, decide
from consumer.conservation import conserve
from consumer.decode import decode
from consumer.enrich import enrich
from consumer.message import Message
from consumer.ports import Model, Profiles
from consumer.score import score
from consumer.stages import Outcome

Stage = Callable[[str], AbstractContextManager[object]]


def process(
    batch: Sequence[Message],
    *,
    topic: str,
    profiles: Profiles,
    model: Model,
    policy: AlertPolicy,
    stage: Stage = nullcontext,
) -> list[Outcome]:
    """Decide what becomes of each message; outcomes stand in the order of the batch.

    Raises:
        DependencyDown: the database is away; the same batch can be processed again later.
        WorkerBroken: the worker must stop.
    """
    with stage("decode"):
        events, invalid = decode(batch, topic)  # InvalidEvent for that message alone
    with stage("enrich"):
        rows, unknown = enrich(events, profiles, model.columns)  # one query
    with stage("score"):
        scored, unscorable = score(rows, model)  # one call
    with stage("decide"):
        decided, unexplained = decide(scored, model, policy)  # alert or silence
    return conserve(batch, [*decided, *invalid, *unknown, *unscorable, *unexplained])
