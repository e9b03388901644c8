"""The worker's job on one screen: messages in, one outcome for each out.

``decode → recall → enrich → score → decide → record``, each for the whole batch, each failing for
one message alone. Recall and record are about the score history, and do nothing where it is off.
Nothing here is published or acknowledged; see :mod:`consumer.worker` for what becomes of outcomes.
"""

from collections.abc import Callable, Sequence
from contextlib import nullcontext

from consumer.alerts import AlertPolicy, decide
from consumer.conservation import conserve
from consumer.decode import decode
from consumer.enrich import enrich
from consumer.message import Message
from consumer.no_history import NO_HISTORY
from consumer.ports import History, Model, Profiles, Stage
from consumer.recall import recall, recall_failed
from consumer.record import record
from consumer.score import Seen, score, unseen
from consumer.stages import Outcome, Scored

Observe = Callable[[Sequence[Scored]], object]


def unobserved(scored: Sequence[Scored]) -> None:
    """Look at nothing that was scored."""


def process(
    batch: Sequence[Message],
    *,
    topic: str,
    profiles: Profiles,
    model: Model,
    policy: AlertPolicy,
    history: History = NO_HISTORY,
    stage: Stage = nullcontext,
    observe: Observe = unobserved,
    seen: Seen = unseen,
) -> list[Outcome]:
    """Decide what becomes of each message; outcomes stand in the order of the batch.

    Raises:
        DependencyDown: the database is away; the same batch can be processed again later.
        WorkerBroken: the worker must stop.
    """
    with stage("decode"):
        events, invalid = decode(batch, topic)  # InvalidEvent for that message alone
    with stage("recall"):
        fresh, known = recall(events, history)  # one query; redeliveries are not scored again
    with stage("enrich"):
        rows, unknown = enrich(fresh, profiles, model.columns)  # one query
    with stage("score"):
        scored, unscorable = score(rows, model, seen, stage)  # one call
    observe(scored)
    with stage("decide"):
        decided, unexplained = decide(scored, model, policy, stage)  # alert or silence
    with stage("record"):
        settled = record(decided, history, model, policy)  # one statement; the first worker decides
        failed = recall_failed([*unknown, *unscorable, *unexplained], fresh, history)
    return conserve(batch, [*settled, *invalid, *known, *failed])
