"""``churn emulator``: the server in the foreground, until it is told to stop."""

import asyncio
import ipaddress
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from tools.emulator.faults.faults import Faults
from tools.emulator.faults.plan import Plan, load_plan
from tools.emulator.memory import give_back_memory
from tools.emulator.server import Server


def emulator(
    host: Annotated[
        str, typer.Option(help="Address to listen on; by default for this machine only.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes a free one.")
    ] = 8085,
    faults: Annotated[
        Path | None,
        typer.Option(help="Misbehave as this plan says (YAML or JSON).", show_default=False),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="Seed of the faults, in place of the plan's.", show_default=False),
    ] = None,
) -> None:
    """Run the embedded Pub/Sub server in the foreground; it keeps everything in memory.

    Clients find it by PUBSUB_EMULATOR_HOST. It stops on Ctrl-C or SIGTERM, and then says how often
    each fault has struck.

    Example: churn emulator --port 8085

    Example: churn emulator --faults docs/examples/emulator-faults.yml --seed 7
    """
    if seed is not None and faults is None:
        raise typer.BadParameter("a seed is for --faults: give a plan", param_hint="--seed")
    plan = load_plan(faults) if faults is not None else None
    active = _faults(plan, seed)
    if not _is_loopback(host):
        typer.echo(f"warning: {host} can be reached by others, who need no credentials", err=True)
    asyncio.run(_run(host, port, active))
    for line in _balance(active):
        typer.echo(line)


def _faults(plan: Plan | None, seed: int | None) -> Faults:
    if plan is None:
        return Faults()
    faults = Faults(seed=plan.seed if seed is None else seed)
    for rule in plan.faults:
        faults.begin(rule)
    return faults


def _balance(faults: Faults) -> Iterator[str]:
    for number, each in enumerate(faults.injections, start=1):
        fields = each.rule.model_dump(exclude_defaults=True, exclude={"kind"})
        settings = (f"{key}={value}" for key, value in reversed(fields.items()))
        rule = " ".join([each.rule.kind, *settings])
        yield f"fault {number} struck {each.injected} times of {each.asked}: {rule}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _run(host: str, port: int, faults: Faults) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = Server(faults=faults)
    address = await server.start(host, port)
    typer.echo(
        f"Pub/Sub emulator listening on {address}; export PUBSUB_EMULATOR_HOST={address}\nready"
    )
    watching = asyncio.create_task(give_back_memory())
    await stop.wait()
    watching.cancel()
    await server.stop()
