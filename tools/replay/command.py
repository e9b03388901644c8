"""`churn replay`: history sent through again."""

from typing import Annotated, Any

import orjson
import typer

from consumer.settings import Settings
from tools.options import Config, wrong_usage
from tools.publish import topic_of
from tools.replay import arguments as given
from tools.replay.destination import listeners, require_one_target, target_topic
from tools.replay.opening import require_readable_again
from tools.replay.plan import Plan
from tools.replay.play import look_only, shown_replay
from tools.replay.progress import Shown, duration
from tools.terminal import Interruption, complain, interruption, settings_of


def replay(
    *,
    source: given.Sources,
    to: given.To = None,
    into_live: given.IntoLive = False,
    history_only: given.HistoryOnly = False,
    publish: given.Publish = False,
    since: given.Since = None,
    until: given.Until = None,
    customer: given.Customers = None,
    where: given.Where = None,
    limit: given.Limit = None,
    sample: given.Sample = 1.0,
    order: given.Order = False,
    rate: given.Rate = None,
    as_of: given.AsOf = False,
    subscription: given.SubscriptionName = None,
    topic: given.RetainedTopic = None,
    from_time: given.From = None,
    snapshot: given.Snapshot = None,
    batch: given.Batch = 2_000,
    checkpoint: given.CheckpointPath = None,
    restart: given.Restart = False,
    replay_id: given.ReplayId = None,
    rejects: given.RejectsPath = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="Report as one JSON object.")] = False,
) -> None:
    """Send events of the past through again: from files, history, dead letters or a topic.

    Without --publish nothing is sent: it says what would be. Events keep source, id and time, and
    carry the replay's id; alerts keep their id and have the next revision. Dead letters go back as
    they were. Killed or interrupted, the same command goes on where it stopped.

    Example: churn replay archive/ --since 2026-11-24T00:00:00Z --to customer-updates-test

    Example: churn replay dead-letters --where reason~unknown --into-live --publish

    Example: churn replay history --as-of --history-only --publish
    """
    settings = settings_of(config)
    asked = given.asked_of(
        settings,
        source,
        as_of=as_of,
        subscription=subscription,
        topic=topic,
        since=from_time,
        snapshot=snapshot,
    )
    selection = given.selection_of(
        since=since, until=until, customers=customer, where=where, sample=sample
    )
    named = given.replay_id_of(replay_id)
    with wrong_usage():
        require_one_target(asked, to=to, into_live=into_live, history_only=history_only)
        require_readable_again(asked, in_event_order=order)
    live = topic_of(settings, None)
    plan = Plan(
        asked,
        selection,
        topic=None if history_only else target_topic(settings, to, live=live),
        live_topic=live,
        limit=limit,
        in_event_order=order,
        rate=rate,
        batch=batch,
        checkpoint=checkpoint,
        rejects=rejects,
        replay_id=named,
        restart=restart,
    )
    if into_live:
        _warn(settings, live)
    with interruption() as ending:
        if publish:
            _do(plan, settings, ending, as_json=as_json)
        else:
            _say(plan, settings, ending, as_json=as_json)


def _warn(settings: Settings, topic: str) -> None:
    """Name who else gets what goes into the live topic."""
    others = listeners(settings, topic)
    heard = f"; these get the events as well: {', '.join(others)}" if others else ""
    complain(f"{topic} is the live input topic{heard}")


def _say(plan: Plan, settings: Settings, ending: Interruption, *, as_json: bool) -> None:
    """Report what would be sent."""
    found, reading = look_only(plan, settings, ending)
    if as_json:
        answer = _about(plan) | {
            "dry_run": True,
            "counts": found.counts.model_dump(),
            "seconds": round(found.seconds(plan.rate, reading), 3),
            "examples": found.examples,
            "problems": found.problems,
        }
        typer.echo(orjson.dumps(answer).decode())
        return
    for line in found.lines(rate=plan.rate, reading=reading):
        typer.echo(line)
    for example in found.examples:
        typer.echo(orjson.dumps(example).decode())
    complain("nothing was sent: say --publish to send it")


def _do(plan: Plan, settings: Settings, ending: Interruption, *, as_json: bool) -> None:
    """Replay, and report how far it came however it ends.

    Raises:
        typer.Exit: with 130, somebody asked to stop.
        ChurnError: it could not go on.
    """
    try:
        with shown_replay(plan, settings, ending) as (shown, run):
            if (before := shown.last.counts).read:
                complain(f"going on as {shown.last.replay_id} after {before.sent:,} sent")
            try:
                shown.last = run()
            finally:
                _report(plan, shown, as_json=as_json)
    except KeyboardInterrupt:
        complain("interrupted; the same command goes on where it stopped")
        raise typer.Exit(130) from None


def _report(plan: Plan, shown: Shown, *, as_json: bool) -> None:
    last, counts, rate = shown.last, shown.last.counts, round(shown.rate, 1)
    if as_json:
        answer = _about(plan) | {
            "dry_run": False,
            "replay_id": last.replay_id,
            "finished": last.is_finished,
            "counts": counts.model_dump(),
            "seconds": round(shown.seconds, 3),
            "rate": rate,
            "checkpoint": str(plan.checkpoint_path),
            "rejects": str(plan.rejects_path) if counts.put_aside else None,
        }
        typer.echo(orjson.dumps(answer).decode())
        return
    how_far = "done" if last.is_finished else "not done"
    typer.echo(
        f"{how_far}: {counts.sent:,} of {counts.read:,} sent to {last.task.target} as "
        f"{last.replay_id}, {counts.left_out:,} left out, {counts.put_aside:,} put aside; "
        f"this run took {duration(shown.seconds)} ({rate:,.0f}/s)"
    )
    if counts.put_aside:
        typer.echo(f"put aside in {plan.rejects_path}")


def _about(plan: Plan) -> dict[str, Any]:
    task = plan.task
    return {"source": task.source, "target": task.target, "selection": task.selection}
