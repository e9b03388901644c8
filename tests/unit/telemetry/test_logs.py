"""What is logged, in which fields, and what never is."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import structlog
from pydantic import SecretStr

from consumer.logs import OWN_LOGGERS, Handler, configure_logging
from consumer.settings import LogSettings

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Terminal(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def stream() -> Iterator[StringIO]:
    root = logging.getLogger()
    level = root.level
    yield StringIO()
    root.handlers = [each for each in root.handlers if not isinstance(each, Handler)]
    root.setLevel(level)
    for name in OWN_LOGGERS:
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def log() -> Any:
    return structlog.get_logger("consumer.worker")


def test_a_line_has_the_fields_that_cloud_logging_reads(stream: StringIO) -> None:
    configure_logging(LogSettings(), stream, project="bank")
    log().warning("batch was large", events=500, traceparent=TRACE)
    (line,) = lines(stream)
    assert list(line)[:3] == ["severity", "message", "time"]
    assert line["severity"] == "WARNING"
    assert line["message"] == "batch was large"
    assert line["events"] == 500
    trace = "projects/bank/traces/0af7651916cd43dd8448eb211c80319c"
    assert line["logging.googleapis.com/trace"] == trace
    assert line["logging.googleapis.com/spanId"] == "b7ad6b7169203331"
    assert line["logging.googleapis.com/trace_sampled"] is True
    assert "traceparent" not in line


def test_a_malformed_traceparent_is_left_out(stream: StringIO) -> None:
    configure_logging(LogSettings(), stream)
    log().info("x", traceparent="not-a-trace")
    assert "logging.googleapis.com/trace" not in lines(stream)[0]


def test_bound_context_is_on_every_line(stream: StringIO) -> None:
    configure_logging(LogSettings(), stream)
    with structlog.contextvars.bound_contextvars(batch=7):
        log().info("ours")
        logging.getLogger("google.cloud").warning("theirs")
    assert [line["batch"] for line in lines(stream)] == [7, 7]


def test_other_libraries_take_the_same_way_from_warning_up(stream: StringIO) -> None:
    configure_logging(LogSettings(level="DEBUG"), stream)
    logging.getLogger("google.cloud.pubsub_v1").info("chatter")
    logging.getLogger("google.cloud.pubsub_v1").warning("stream %s ended", 3)
    log().debug("ours")
    theirs, ours = lines(stream)
    assert theirs["severity"] == "WARNING"
    assert theirs["message"] == "stream 3 ended"
    assert theirs["logger"] == "google.cloud.pubsub_v1"
    assert ours["severity"] == "DEBUG"


def test_what_is_less_severe_than_the_level_is_not_written(stream: StringIO) -> None:
    configure_logging(LogSettings(level="ERROR"), stream)
    log().warning("x")
    logging.getLogger("google").warning("x")
    assert stream.getvalue() == ""


def test_configuring_again_does_not_write_twice(stream: StringIO) -> None:
    configure_logging(LogSettings(), StringIO())
    configure_logging(LogSettings(), stream)
    log().info("once")
    assert len(lines(stream)) == 1


@pytest.mark.parametrize("format_", ["json", "console"])
def test_no_name_and_no_secret_is_written(stream: StringIO, format_: Any) -> None:
    configure_logging(LogSettings(format=format_), stream, secrets=["hunter2"])
    log().error(
        "connecting with hunter2 failed",
        nom="Durand",
        customer={"id_client": 1, "NOM": "Durand", "rows": [{"nom": "Durand"}]},
        password="correct horse",
        api_token="correct horse",
        key=SecretStr("correct horse"),
        url="postgresql://churn:correct-horse@db/churn",
    )
    text = stream.getvalue()
    assert "id_client" in text
    for secret in ("hunter2", "Durand", "correct horse", "correct-horse"):
        assert secret not in text


@pytest.mark.parametrize("format_", ["json", "console"])
def test_a_traceback_shows_no_local_variable_and_no_secret(stream: StringIO, format_: Any) -> None:
    configure_logging(LogSettings(format=format_), stream, secrets=["hunter2"])

    def connect(nom: str) -> None:
        raise ConnectionError(f"no user of {len(nom)} letters with hunter2")

    name = "Dur" + "and"  # in two parts, because a traceback shows lines of source
    try:
        connect(name)
    except ConnectionError:
        log().exception("cannot connect")
    text = stream.getvalue()
    assert "ConnectionError: no user of 6 letters with [hidden]" in text
    assert "Durand" not in text


def test_a_traceback_stands_in_the_field_that_error_reporting_reads(stream: StringIO) -> None:
    configure_logging(LogSettings(), stream)
    logging.getLogger("google").error("x", exc_info=ValueError("broken"))
    assert lines(stream)[0]["stack_trace"].endswith("ValueError: broken")


def test_what_json_does_not_know_is_written_as_text(stream: StringIO) -> None:
    configure_logging(LogSettings(), stream)
    log().info("odd \ud800", infinite=float("inf"), kind=ValueError("v"), raw=b"\xff")
    (line,) = lines(stream)
    assert line["infinite"] == "inf"
    assert line["kind"] == "v"


def test_one_event_is_one_line_whatever_it_contains(stream: StringIO) -> None:
    configure_logging(LogSettings(), stream)
    log().info('one\n{"severity": "EMERGENCY"}', message="forged", severity="EMERGENCY")
    (line,) = lines(stream)
    assert line["severity"] == "INFO"
    assert line["message"].startswith("one\n")


def test_auto_is_text_on_a_terminal_and_json_elsewhere(stream: StringIO) -> None:
    terminal = Terminal()
    configure_logging(LogSettings(), terminal)
    log().info("hello", events=3)
    assert "hello" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")
    configure_logging(LogSettings(), stream)
    log().info("hello")
    assert lines(stream)
