"""Scoring again into the history alone: nobody is alerted."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from consumer.errors import AlreadySettled
from consumer.history import SqlHistory, require_schema
from consumer.message import Message
from consumer.pipeline import conclude, judge
from consumer.ports import History
from consumer.scorer import Scorer, open_scorer
from consumer.settings import Settings
from consumer.stages import Alerted, Failed, Outcome, key_of
from consumer.wiring import alert_rule
from tools.errors import BadInput
from tools.replay.selection import Selected
from tools.replay.stamp import stamped
from tools.replay.target import Refused


@contextmanager
def history_only(
    settings: Settings, topic: str, replay_id: str, *, now: Callable[[], datetime]
) -> Iterator["HistoryOnly"]:
    """Open model, database and history for the time of the block.

    Raises:
        DependencyDown: the database or Cloud Storage is away.
        WorkerBroken: settings, tables, permissions or the model are wrong.
    """
    with open_scorer(settings) as scorer:
        require_schema(scorer.database.engine)
        history = SqlHistory(scorer.database.engine, now=now, rule=alert_rule(settings))
        yield HistoryOnly(scorer, history, topic, replay_id)


class HistoryOnly:
    """Takes events through the worker's own code, and keeps what it decides."""

    def __init__(self, scorer: Scorer, history: History, topic: str, replay_id: str) -> None:
        """Score by ``scorer``; ``topic`` is the source of events that name none."""
        self._scorer = scorer
        self._history = history
        self._topic = topic
        self._replay_id = replay_id
        self._batch: Sequence[Selected] = ()

    def send(self, batch: Sequence[Selected]) -> None:
        """Keep the batch until it is asked for."""
        self._batch = batch

    def confirm(self) -> Sequence[Refused]:
        """Score and record; give those about which the worker would have an error."""
        laid_out = [(each, self._message(each)) for each in self._batch]
        messages = [message for _, message in laid_out if isinstance(message, Message)]
        failed = {id(end.message): end for end in self._ends(messages) if isinstance(end, Failed)}
        refused = []
        for selected, message in laid_out:
            if isinstance(message, BadInput):
                refused.append(Refused(selected, str(message)))
            elif (end := failed.get(id(message))) and not isinstance(end.error, AlreadySettled):
                refused.append(Refused(selected, f"{type(end.error).__name__}: {end.error}"))
        return refused

    def _message(self, selected: Selected) -> Message | BadInput:
        (entry, event), replay_id = selected, self._replay_id
        if event is None:
            return BadInput("it is no customer update")
        try:
            outgoing = stamped(entry.message, event, replay_id)
        except BadInput as error:
            return error
        return entry.message._replace(data=outgoing.data, attributes=outgoing.attributes)

    def _ends(self, batch: Sequence[Message]) -> list[Outcome]:
        """Record a batch; its alerts count as sent at once, so that no worker ever sends them."""
        scorer, history = self._scorer, self._history
        judged = judge(
            batch,
            topic=self._topic,
            profiles=scorer.profiles,
            model=scorer.model,
            policy=scorer.policy,
            history=history,
        )
        outcomes = conclude(judged, history=history)
        if alerts := [key_of(each.event) for each in outcomes if isinstance(each, Alerted)]:
            history.confirm(alerts)
        return outcomes
