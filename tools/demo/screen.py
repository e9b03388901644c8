"""What the demo says while it runs: colours and a spinner on a terminal, plain lines elsewhere."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.text import Text

from consumer.message import Message
from tools.demo.summary import Summary
from tools.downstream.alerts import alert_line
from tools.downstream.dead_letters import dead_letter_line
from tools.stack.command import export_lines

NEXT = (
    ("churn watch", "the next alerts, as they come"),
    ("churn watch --dead-letters", "what could not be processed, and why"),
    ("churn publish --sample 300 --rate 60 --seed 2", "more events"),
    ("churn score {customer}", "one customer, by the worker's own code"),
    ("churn show {customer}", "the same customer, as the database has it"),
    ("churn doctor", "everything the worker depends on"),
)


class Screen:
    """Writes to one console; with ``quiet`` alerts are not shown."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self._console = console
        self._quiet = quiet

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Say what is done now, and afterwards how long it took."""
        started = time.monotonic()
        with self._console.status(what) if self._console.is_terminal else _nothing():
            yield
        took = f" ({time.monotonic() - started:.1f} s)"
        self._say(Text.assemble(("✓ ", "green"), what, (took, "dim")))

    def alert(self, message: Message) -> None:
        """Show an alert."""
        if not self._quiet:
            self._say(alert_line(message))

    def dead_letter(self, message: Message) -> None:
        """Show a dead letter."""
        if not self._quiet:
            self._say(dead_letter_line(message))

    def summary(self, summary: Summary) -> None:
        """Show the balance."""
        self._say(Text())
        for line in summary_lines(summary):
            self._say(Text(line))
        if not summary.problems:
            self._say(Text("It adds up.", style="bold green"))

    def log(self, where: Path, lines: Iterable[str]) -> None:
        """Show the end of the worker's log."""
        self._say(Text(f"The worker's log is in {where}. It ends with:"))
        for line in lines:
            self._say(Text(f"  {line}", style="dim"))

    def next_steps(self, environment: Mapping[str, str], customer: int) -> None:
        """Say how to go on by hand."""
        self._say(Text("\nEverything stays up until Ctrl-C. In another terminal:\n"))
        for line in export_lines(environment):
            self._say(Text(line))
        self._say(Text())
        for command, gives in NEXT:
            self._say(Text(f"{command.format(customer=customer):<46} # {gives}"))

    def _say(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)


def summary_lines(summary: Summary) -> Iterator[str]:
    """Write the balance as plain lines."""
    worker, published = summary.worker, summary.published
    kinds = ", ".join(f"{count} {kind}" for kind, count in published.items() if count)
    letters = summary.dead_letters_received
    errors = ", ".join(f"{count} {error}" for error, count in letters.items())
    yield f"published     {sum(published.values()):>6}   {kinds}; {summary.rate:g} a second"
    yield f"confirmed     {summary.confirmed:>6}   by Pub/Sub"
    yield f"alerts        {worker.alert:>6}   {summary.alerts_received} received from the topic"
    yield f"silent        {worker.silent:>6}   below the threshold"
    yield f"dead letters  {worker.dead_lettered:>6}   {errors or 'none'} received from the topic"
    yield f"settled       {worker.settled:>6}   besides {worker.retried} that were retried"
    if (latency := summary.latency) is not None:
        yield f"latency       p50 {latency.p50_ms:g} ms, p99 {latency.p99_ms:g} ms"
        yield f"              {latency.measured} ({latency.alerts} alerts)"


@contextmanager
def _nothing() -> Iterator[None]:
    yield
