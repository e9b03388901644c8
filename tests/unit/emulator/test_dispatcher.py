"""Who gets what, when several calls wait for one subscription."""

import asyncio

import pytest

from tests.emulator_rules import Rules, nack, texts
from tools.emulator.clock import system_clock
from tools.emulator.dispatcher import Dispatcher, Waiter
from tools.emulator.errors import NotFound
from tools.emulator.flow_control import FlowControl
from tools.emulator.message import Delivery


def waiter(*, limit: int = 1_000, max_messages: int = 0, patience: float | None = None) -> Waiter:
    """Give a call that waits."""
    return Waiter(limit, FlowControl(max_messages=max_messages), patience=patience)


async def until_idle() -> None:
    """Let every callback that is due run."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_what_is_ready_is_shared_equally_among_those_who_wait() -> None:
    async def scenario() -> list[list[Delivery]]:
        rules = Rules()
        subscription = rules.subscribe()
        dispatcher = Dispatcher(subscription, clock=rules.clock)
        waiting = [asyncio.create_task(dispatcher.wait(waiter())) for _ in range(3)]
        await until_idle()
        rules.publish(*"123456789")
        return await asyncio.gather(*waiting)

    assert [len(given) for given in asyncio.run(scenario())] == [3, 3, 3]


def test_messages_go_round_those_who_wait() -> None:
    async def scenario() -> list[str]:
        rules = Rules()
        dispatcher = Dispatcher(rules.subscribe(), clock=rules.clock)
        first, second = (asyncio.create_task(dispatcher.wait(waiter())) for _ in range(2))
        await until_idle()
        rules.publish("1")
        await first
        rules.publish("2")
        return texts(await second)

    assert asyncio.run(scenario()) == ["2"]


def test_who_has_no_room_is_passed_over() -> None:
    async def scenario() -> list[str]:
        rules = Rules()
        dispatcher = Dispatcher(rules.subscribe(), clock=rules.clock)
        full = waiter(max_messages=1)
        full.flow.hold(1)
        waiting = asyncio.create_task(dispatcher.wait(full))
        await until_idle()
        rules.publish("1")
        given = await dispatcher.wait(waiter())
        waiting.cancel()
        return texts(given)

    assert asyncio.run(scenario()) == ["1"]


def test_an_impatient_call_gets_nothing_and_leaves_the_message_to_others() -> None:
    async def scenario() -> tuple[list[Delivery], list[str]]:
        rules = Rules()
        dispatcher = Dispatcher(rules.subscribe(), clock=rules.clock)
        nothing = await dispatcher.wait(waiter(patience=0))
        rules.publish("1")
        return nothing, texts(await dispatcher.wait(waiter()))

    assert asyncio.run(scenario()) == ([], ["1"])


def test_what_a_cancelled_call_was_given_goes_to_the_next() -> None:
    async def scenario() -> list[int]:
        rules = Rules()
        dispatcher = Dispatcher(rules.subscribe(), clock=rules.clock)
        cancelled = waiter()
        waiting = asyncio.create_task(dispatcher.wait(cancelled))
        await until_idle()
        rules.publish("1")
        cancelled.future.add_done_callback(lambda _: waiting.cancel())
        return [delivery.attempt for delivery in await dispatcher.wait(waiter())]

    assert asyncio.run(scenario()) == [1]


def test_time_alone_wakes_those_who_wait() -> None:
    async def scenario() -> list[str]:
        rules = Rules()
        subscription = rules.subscribe()
        dispatcher = Dispatcher(subscription, clock=rules.clock)
        rules.publish("slow")
        await dispatcher.wait(waiter())
        again = asyncio.create_task(dispatcher.wait(waiter()))
        await until_idle()
        assert not again.done()
        rules.clock.forward(10)
        dispatcher.wake()
        return texts(await again)

    assert asyncio.run(scenario()) == ["slow"]


def test_a_timer_rings_for_the_next_deadline() -> None:
    async def scenario() -> list[str]:
        rules = Rules()
        rules.clock.now = system_clock() - 10_000_000_000
        subscription = rules.subscribe()
        dispatcher = Dispatcher(subscription, clock=system_clock)
        rules.publish("slow")
        await dispatcher.wait(waiter())
        rules.clock.forward(10)
        return texts(await asyncio.wait_for(dispatcher.wait(waiter()), 5))

    assert asyncio.run(scenario()) == ["slow"]


def test_a_nack_wakes_those_who_wait() -> None:
    async def scenario() -> list[str]:
        rules = Rules()
        subscription = rules.subscribe()
        dispatcher = Dispatcher(subscription, clock=rules.clock)
        rules.publish("again")
        given = await dispatcher.wait(waiter())
        waiting = asyncio.create_task(dispatcher.wait(waiter()))
        await until_idle()
        nack(subscription, *given)
        return texts(await waiting)

    assert asyncio.run(scenario()) == ["again"]


def test_all_who_wait_are_told_when_the_subscription_goes_and_so_are_those_who_come_later() -> None:
    async def scenario() -> None:
        rules = Rules()
        dispatcher = Dispatcher(rules.subscribe(), clock=rules.clock)
        waiting = asyncio.create_task(dispatcher.wait(waiter()))
        await until_idle()
        dispatcher.close(NotFound("it was deleted"))
        for late in (waiting, dispatcher.wait(waiter())):
            with pytest.raises(NotFound, match="it was deleted"):
                await late

    asyncio.run(scenario())
