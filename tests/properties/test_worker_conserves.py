"""Deliveries in = alerts + silent + retried + held back + dead-lettered, whatever fails around."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumer.__main__ import exit_code
from consumer.conservation import conserve
from consumer.dead_letter import restore
from consumer.message import Message
from consumer.pipeline import Judged, conclude, judge
from consumer.ports import Profiles
from consumer.stages import Outcome
from consumer.telemetry import FinalOutcome
from schemas.alerts import ChurnAlert
from tests.builders import POLICY, TOPIC, LogisticModel, ce_attributes, message, profile
from tests.worker_world import (
    ALERTS,
    DEAD_LETTERS,
    LAST_ATTEMPT,
    Conclude,
    FailingProfiles,
    Judge,
    RecordedDelivery,
    RecordedPublication,
    RecordedPublisher,
    WorkerWorld,
)

FEWER = settings(max_examples=min(2_000, settings().max_examples))
"""In the long search, because each example starts a worker with its thread."""

QUIET, ALERTING, REFUSED, UNKNOWN, OVERFLOWING = 1, 2, 3, 9, 2**62
"""Customers: the third is one of whom Pub/Sub refuses every alert."""
AGES = {QUIET: 20, ALERTING: 70, REFUSED: 70}
KNOWN = {customer: profile(customer, age=age) for customer, age in AGES.items()}


@dataclass(frozen=True)
class Trouble:
    """What fails around the worker; the numbers are those of questions, from 1."""

    database_away: frozenset[int] = frozenset()
    pubsub_away: frozenset[int] = frozenset()
    letters_refused: bool = False
    stop_at: int = 0
    """The question to the database at which somebody asks the worker to stop; 0 for never."""
    patient: bool = True
    """Whether the time after the stop lasts longer than any outage."""


@dataclass(frozen=True)
class Event:
    """A message, and what the worker is to make of it."""

    message: Message
    comes_to: FinalOutcome
    last_comes_to: FinalOutcome
    """The same at its last attempt."""


def event(
    customer: int, comes_to: FinalOutcome, last: FinalOutcome | None = None, salaire: float = 1.0
) -> st.SearchStrategy[Event]:
    return st.builds(
        lambda event_id, attempt: Event(
            message(
                {"id_client": customer, "salaire": salaire},
                ce_attributes(event_id),
                attempt=attempt,
            ),
            comes_to,
            last or comes_to,
        ),
        st.sampled_from(["a", "b", "c"]),
        st.integers(1, LAST_ATTEMPT),
    )


events = st.one_of(
    event(QUIET, "silent"),
    event(ALERTING, "alert"),
    event(REFUSED, "retried", "dead_lettered"),
    event(UNKNOWN, "retried", "dead_lettered"),
    event(OVERFLOWING, "dead_lettered"),  # fails the whole query
    event(ALERTING, "dead_lettered", salaire=-1.0),  # fails the whole call of the model
    st.binary().map(lambda data: Event(message(data), "dead_lettered", "dead_lettered")),
)
batches = st.lists(st.lists(events, min_size=1, max_size=6), max_size=5)
questions = st.frozensets(st.integers(1, 25), max_size=12)
troubles = st.builds(
    Trouble,
    database_away=questions,
    pubsub_away=questions,
    letters_refused=st.booleans(),
    stop_at=st.integers(0, 10),
    patient=st.booleans(),
)
patient_troubles = st.builds(
    Trouble, database_away=questions, pubsub_away=questions, letters_refused=st.booleans()
)


def core(profiles: Profiles) -> Judge:
    return partial(judge, topic=TOPIC, profiles=profiles, model=LogisticModel(), policy=POLICY)


def worked(batches: Sequence[Sequence[Event]], trouble: Trouble) -> WorkerWorld:
    """Let a worker deal with the batches amid the trouble."""

    def refuses(publication: RecordedPublication) -> bool:
        if publication.topic == DEAD_LETTERS:
            return trouble.letters_refused
        return ChurnAlert.decode(publication.message.data).id_client == REFUSED

    def stop_at(question: int) -> None:
        if question == trouble.stop_at:
            world.stop.request()

    profiles = FailingProfiles(KNOWN, outages=trouble.database_away, when_asked=stop_at)
    world = WorkerWorld(
        core(profiles),
        [[each.message for each in batch] for batch in batches],
        RecordedPublisher(refuses, trouble.pubsub_away),
        patient=trouble.patient,
    )
    world.run()
    return world


def outcomes(events: Iterable[Event], *, letters_refused: bool) -> Counter[FinalOutcome]:
    """What the events come to where every outage is waited out."""
    found: Counter[FinalOutcome] = Counter()
    for each in events:
        is_last = each.message.delivery_attempt == LAST_ATTEMPT
        comes_to = each.last_comes_to if is_last else each.comes_to
        found["retried" if letters_refused and comes_to == "dead_lettered" else comes_to] += 1
    return found


def is_out(delivery: RecordedDelivery, confirmed: Sequence[RecordedPublication]) -> bool:
    """Whether the alert or the dead letter of a delivery is confirmed."""
    event_id = delivery.message.attributes.get("ce-id")
    return any(
        ChurnAlert.decode(each.message.data).event_id == event_id
        if each.topic == ALERTS
        else restore(each.message).data == delivery.message.data
        for each in confirmed
    )


@FEWER
@given(batches, troubles)
def test_every_delivery_has_one_verdict_and_is_counted_once(
    batches: list[list[Event]], trouble: Trouble
) -> None:
    world = worked(batches, trouble)
    deliveries = [each for batch in world.deliveries for each in batch]
    assert all(each.verdicts in (["ack"], ["nack"]) for each in deliveries)
    counts = world.counts()
    assert sum(counts.values()) == len(world.subscriber.given)
    assert counts["retried"] == sum(each.verdicts == ["nack"] for each in world.subscriber.given)
    assert world.violations() == 0


@FEWER
@given(batches, troubles)
def test_what_is_acknowledged_is_out_or_silent(
    batches: list[list[Event]], trouble: Trouble
) -> None:
    world = worked(batches, trouble)
    acknowledged = [each for each in world.subscriber.given if each.verdicts == ["ack"]]
    not_out = [each for each in acknowledged if not is_out(each, world.publisher.confirmed)]
    assert len(not_out) <= world.counts()["silent"]
    assert all(b'"id_client":1,' in each.message.data for each in not_out)


@FEWER
@given(batches, patient_troubles)
def test_outages_that_are_waited_out_change_no_outcome(
    batches: list[list[Event]], trouble: Trouble
) -> None:
    world = worked(batches, trouble)
    every = [each for batch in batches for each in batch]
    assert Counter(world.counts()) == outcomes(every, letters_refused=trouble.letters_refused)
    published = [each.topic for each in world.publisher.confirmed]
    assert published.count(ALERTS) == world.counts()["alert"]
    assert published.count(DEAD_LETTERS) == world.counts()["dead_lettered"]


def loses_one(judged: Judged) -> list[Outcome]:
    """A core with a defect: its last event gets no outcome."""
    return conserve(judged.batch, conclude(judged)[:-1])


def doubles_one(judged: Judged) -> list[Outcome]:
    """A core with a defect: its first event gets two outcomes."""
    outcomes = conclude(judged)
    return conserve(judged.batch, [*outcomes, outcomes[0]])


@pytest.mark.parametrize("defective", [loses_one, doubles_one])
def test_a_batch_that_does_not_add_up_ends_the_worker_and_gives_everything_back(
    defective: Conclude, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = [message({"id_client": ALERTING}, ce_attributes(each)) for each in "abc"]
    publisher = RecordedPublisher(lambda _: False, frozenset())
    world = WorkerWorld(core(FailingProfiles(KNOWN)), [batch, batch], publisher, conclude=defective)

    def work() -> int:
        world.run()
        return 0

    assert exit_code(work) == 1
    assert "churn: 3 deliveries came to" in capsys.readouterr().err
    assert world.violations() == 1
    assert world.publisher.confirmed == []
    deliveries = [each for part in world.deliveries for each in part]
    assert [each.verdicts for each in deliveries] == [["nack"]] * 6
