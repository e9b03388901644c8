"""`churn bench emulator`: Pub/Sub servers beside each other."""

from typing import Annotated

import typer

from tools.bench.emulator.play import Plan, play, samples_of
from tools.bench.emulator.quantities import ALL
from tools.bench.emulator.servers import Contender, embedded, official
from tools.bench.load_process import LoadProcess
from tools.bench.machine import this_machine
from tools.bench.options import AsJson, Check, Rounds
from tools.bench.report import Report
from tools.bench.rounds import Sample, figures_of, interleaved
from tools.stack.official_pubsub import NotHere
from tools.terminal import complain, interruption, progress, told_when_interrupted

LARGEST_SIZE = 90_000
"""Bytes of a message of which 100 still fit into one request."""
_PACKAGES = ("grpcio", "protobuf", "google-cloud-pubsub")


def emulator(
    *,
    messages: Annotated[int, typer.Option(min=1, help="Messages for each speed.")] = 50_000,
    size: Annotated[int, typer.Option(min=1, max=LARGEST_SIZE, help="Bytes of a message.")] = 300,
    backlog: Annotated[
        int, typer.Option(min=0, help="Messages in the backlog for memory; 0 leaves it out.")
    ] = 200_000,
    rounds: Rounds = 3,
    server: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=HOST:PORT", help="One more server, that runs already."),
    ] = None,
    no_official: Annotated[
        bool, typer.Option("--no-official", help="Leave out Google's emulator.")
    ] = False,
    as_json: AsJson = False,
    check: Check = False,
) -> None:
    """Compare Pub/Sub servers: the embedded one, Google's emulator where it is found, any other.

    Measures publishing, StreamingPull and Pull with acknowledgements, start and memory, each
    server in a process of its own and one at a time. A target stands beside its figure; missing it
    is no failure without --check.

    Example: churn bench emulator --rounds 5 --json

    Example: churn bench emulator --no-official --server theirs=127.0.0.1:8085
    """
    contenders = _contenders(server or [], no_official=no_official)
    plan = Plan(messages, size, backlog)
    with told_when_interrupted():
        samples = _samples(contenders, plan, rounds)
    options = {"messages": messages, "size": size, "backlog": backlog, "rounds": rounds}
    report = Report("emulator", this_machine(_PACKAGES), options, figures_of(samples, ALL))
    report.show(as_json=as_json)
    if check:
        report.require_targets()


def _samples(contenders: list[Contender], plan: Plan, rounds: int) -> list[Sample]:
    """Play all rounds.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM came; what was started is stopped.
    """
    total = rounds * sum(samples_of(contender, plan) for contender in contenders)
    with interruption() as ending, LoadProcess(ending) as process:
        samples = interleaved(contenders, rounds, lambda one: play(one, plan, process))
        return list(progress(samples, "measuring", total))


def _contenders(given: list[str], *, no_official: bool) -> list[Contender]:
    contenders = [embedded()]
    if not no_official:
        try:
            contenders.append(official())
        except NotHere as reason:
            complain(f"left out: {reason}")
    contenders += map(_given, given)
    names = [contender.name for contender in contenders]
    for name in names:
        if names.count(name) > 1:
            raise typer.BadParameter(f"{name!r} names two servers", param_hint="--server")
    return contenders


def _given(text: str) -> Contender:
    name, _, address = text.partition("=")
    host, _, port = address.rpartition(":")
    if not (name and host and port.isdigit()):
        raise typer.BadParameter(f"{text!r} is not NAME=HOST:PORT", param_hint="--server")
    return Contender(name, address=address)
