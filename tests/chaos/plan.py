"""What goes wrong, and when: decided before anything runs, and the same under the same seed."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Kind(StrEnum):
    """What can go wrong."""

    KILL = "a worker gets SIGKILL"
    TERMINATE = "a worker gets SIGTERM"
    DATABASE_STOPPED = "PostgreSQL is stopped"
    CONNECTIONS_CUT = "PostgreSQL ends its sessions"
    STORAGE_AWAY_AT_START = "Cloud Storage is away when a worker starts"
    STORAGE_AWAY = "Cloud Storage is away while workers run"
    KILL_UNCONFIRMED = "a worker gets SIGKILL before its alerts are taken"
    STREAMS_CUT = "every open stream is cut"
    STREAMS_BREAK = "streams break after a response"
    STREAMS_REFUSED = "streams are cut, and refused when they come again"
    PUBLISHES_FAIL = "publishes are UNAVAILABLE"
    PUBLISHES_AMBIGUOUS = "publishes are done, and UNAVAILABLE"
    PUBLISHES_LATE = "publishes are answered late"
    ACKS_FAIL = "acknowledgements are UNAVAILABLE"
    ACKS_DROPPED = "acknowledgements are forgotten"
    LEASES_FAIL = "lease extensions are UNAVAILABLE"
    DUPLICATES = "deliveries come twice"
    OUT_OF_ORDER = "deliveries are shuffled"


@dataclass(frozen=True, slots=True)
class Disturbance:
    """One thing that goes wrong, from a moment on and for a while."""

    kind: Kind
    at: float
    """Seconds after the begin."""
    seconds: float
    """How long it lasts; 0 for what happens once."""
    worker: int
    """Whom it strikes, where it strikes a worker."""

    @property
    def until(self) -> float:
        """When it is over."""
        return self.at + self.seconds


Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Track:
    """Kinds that take turns; tracks run side by side."""

    kinds: tuple[Kind, ...]
    gap: Range
    """Seconds from the end of one to the begin of the next."""
    lasts: Range
    """Seconds of those that last."""


KILLS = Track((Kind.KILL,), gap=(5, 10), lasts=(0, 0))
OUTAGES = Track(
    (
        Kind.TERMINATE,
        Kind.DATABASE_STOPPED,
        Kind.CONNECTIONS_CUT,
        Kind.STORAGE_AWAY_AT_START,
        Kind.STORAGE_AWAY,
        Kind.KILL_UNCONFIRMED,
    ),
    gap=(0.5, 2),
    lasts=(2, 5),
)
PUBSUB_FAULTS = Track(
    tuple(Kind)[len(KILLS.kinds) + len(OUTAGES.kinds) :], gap=(0.1, 0.5), lasts=(1, 3)
)
TRACKS = (KILLS, OUTAGES, PUBSUB_FAULTS)
AT_ONCE = {Kind.KILL, Kind.TERMINATE, Kind.CONNECTIONS_CUT, Kind.STREAMS_CUT}
WORKERS = 2


def make_plan(
    seed: int, seconds: float, kinds: Collection[Kind] = tuple(Kind)
) -> tuple[Disturbance, ...]:
    """Plan what goes wrong within so many seconds, in the order in which it begins.

    Each track has dice of its own, so that leaving some kinds out changes nothing about the other
    tracks.
    """
    planned = [
        each
        for number, track in enumerate(TRACKS)
        if (turns := [kind for kind in track.kinds if kind in kinds])
        for each in _in_turn(track, turns, Random(f"{seed} {number}"), seconds)
    ]
    return tuple(sorted(planned, key=lambda each: each.at))


def _in_turn(
    track: Track, kinds: list[Kind], dice: Random, seconds: float
) -> Iterator[Disturbance]:
    """Give round after round, each with every kind once, in an order of its own."""
    time = 0.0
    while True:
        for kind in dice.sample(kinds, len(kinds)):
            begin = time + dice.uniform(*track.gap)
            lasting = dice.uniform(*track.lasts)
            each = Disturbance(
                kind, begin, 0 if kind in AT_ONCE else lasting, dice.randrange(WORKERS)
            )
            if each.until > seconds:
                return
            yield each
            time = each.until
