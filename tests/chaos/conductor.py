"""Runs a plan: publishes at a steady pace, begins and ends trouble, looks after the workers."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from tests.chaos.crew import Crew
from tests.chaos.disturbances import Strikes, Trouble, make
from tests.chaos.events import Event
from tests.chaos.plan import Disturbance
from tests.chaos.report import Incident
from tests.chaos.world import World

BURSTS = 20
"""In so many parts events are published: a steady trickle would find a worker killed with empty
hands."""


@dataclass
class Crm:
    """Publishes events with Google's own client, in bursts that are spread over some seconds."""

    world: World
    events: Sequence[Event]
    seconds: float
    _futures: list["Future[str]"] = field(default_factory=list)

    def publish_until(self, now: float) -> None:
        """Publish what is due at a moment, in seconds after the begin."""
        due = len(self.events) * min(BURSTS, int(BURSTS * now / self.seconds) + 1) // BURSTS
        names = self.world.stack.names
        for event in self.events[len(self._futures) : due]:
            self._futures.append(
                self.world.publisher.publish(
                    names.topic(names.input_topic), event.message.data, **event.message.attributes
                )
            )

    def is_done(self) -> bool:
        """Whether the server has confirmed every event.

        Raises:
            GoogleAPICallError: one was refused, or not taken for a minute.
        """
        if len(self._futures) < len(self.events) or not all(each.done() for each in self._futures):
            return False
        return all(each.result() for each in self._futures)


@dataclass
class _Active:
    disturbance: Disturbance
    began_at: float
    trouble: Trouble
    strikes: Strikes


class Conductor:
    """Does what is due at each :meth:`step`."""

    def __init__(
        self,
        plan: Sequence[Disturbance],
        world: World,
        crew: Crew,
        crm: Crm,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._waiting = deque(plan)
        self._active: list[_Active] = []
        self._world = world
        self._crew = crew
        self._crm = crm
        self._clock = clock
        self._began_at = clock()
        self.incidents: list[Incident] = []
        """What is over, in the order in which it ended."""

    def step(self) -> bool:
        """Do what is due; gives whether the plan is over and every event is published."""
        self._crm.publish_until(self._now())
        self._end_what_is_over()
        self._begin_what_is_due()
        self._crew.look()
        return not self._waiting and not self._active and self._crm.is_done()

    def close(self) -> None:
        """End all trouble, however the run ended."""
        while self._active:
            self._end(self._active[0])

    def _now(self) -> float:
        return self._clock() - self._began_at

    def _begin_what_is_due(self) -> None:
        while self._waiting and self._waiting[0].at <= self._now():
            disturbance = self._waiting.popleft()
            began_at = self._clock()
            trouble = make(self._world, self._crew, disturbance)
            self._active.append(_Active(disturbance, began_at, trouble, trouble.__enter__()))

    def _end_what_is_over(self) -> None:
        for active in list(self._active):
            lasted = self._clock() - active.began_at
            if lasted >= active.disturbance.seconds:
                self._end(active)

    def _end(self, active: _Active) -> None:
        self._active.remove(active)
        active.trouble.__exit__(None, None, None)
        self.incidents.append(
            Incident(active.disturbance.kind, active.began_at, self._clock(), active.strikes())
        )
