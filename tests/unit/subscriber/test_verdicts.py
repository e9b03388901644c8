"""Verdicts on their way: many in one request, and none in vain."""

from google.api_core.exceptions import PermissionDenied

from consumer.subscriber.verdicts import IDS_A_REQUEST, Verdicts
from tests.unit.subscriber.recording import SUBSCRIPTION, RecordingClient
from tests.wait import wait_until


def ids(count: int) -> list[str]:
    return [str(number) for number in range(count)]


def test_what_gathers_while_one_request_is_under_way_goes_into_the_next() -> None:
    client = RecordingClient()
    client.wait.clear()
    verdicts = Verdicts(client, SUBSCRIPTION)
    verdicts.start()
    verdicts.acknowledge("first")
    wait_until(lambda: client.calls, what="the first request")
    for each in ids(100):
        verdicts.acknowledge(each)
    client.wait.set()
    verdicts.close(timeout=10)
    assert client.calls == [("ack", ["first"]), ("ack", ids(100))]


def test_more_than_a_request_may_have_goes_into_several() -> None:
    client = RecordingClient()
    verdicts = Verdicts(client, SUBSCRIPTION)
    for each in ids(IDS_A_REQUEST + 1):
        verdicts.give_back(each)
    verdicts.start()
    verdicts.close(timeout=10)
    assert [len(call[1]) for call in client.calls] == [IDS_A_REQUEST, 1]


def test_one_request_that_fails_stops_no_other() -> None:
    client = RecordingClient(raises=[PermissionDenied("no")])
    verdicts = Verdicts(client, SUBSCRIPTION)
    for each in ids(IDS_A_REQUEST + 1):
        verdicts.acknowledge(each)
    verdicts.start()
    verdicts.close(timeout=10)
    assert [len(call[1]) for call in client.calls] == [IDS_A_REQUEST, 1]


def test_whether_leases_could_be_extended_is_told() -> None:
    client = RecordingClient(raises=[PermissionDenied("no")])
    verdicts = Verdicts(client, SUBSCRIPTION)
    assert not verdicts.extend(["a"], 20)
    assert verdicts.extend(["a"], 20)


def test_what_was_never_started_can_be_closed() -> None:
    Verdicts(RecordingClient(), SUBSCRIPTION).close(timeout=10)
