"""What the worker logs: one JSON object a line for Cloud Logging, or text on a terminal.

The field names are those of "Structured logging" in the Cloud Logging documentation. Lines of other
libraries, which use the standard library's logging, take the same way.
"""

import json
import logging
import math
import re
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from consumer.settings import LogSettings

OWN_LOGGERS = ("consumer", "tools", "schemas", "__main__")
"""Loggers that follow ``log.level``; all others write warnings and worse."""

_PERSONAL = frozenset({"nom"})
_SECRET = re.compile(
    r"password|passwd|secret|token|authorization|credential|private_key", re.IGNORECASE
)
_URL_PASSWORD = re.compile(r"(?<=://)([^\s:/@]*):[^\s@]+@")
_HIDDEN = "[hidden]"

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
"""W3C Trace Context, section "traceparent Header Field Values"."""


class Handler(logging.StreamHandler[TextIO]):
    """The one handler that :func:`configure_logging` puts on the root logger."""


def configure_logging(
    log: LogSettings, stream: TextIO, *, project: str | None = None, secrets: Iterable[str] = ()
) -> None:
    """Send everything that is logged to ``stream``. May be called again.

    Args:
        log: level and format.
        stream: where lines go.
        project: the project that traces belong to.
        secrets: texts that are hidden wherever they would appear.
    """
    console = log.format == "console" or (log.format == "auto" and stream.isatty())
    chain = _chain(project if not console else None, tuple(filter(None, secrets)))
    structlog.configure(
        processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(log.level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = Handler(stream)
    render = _console(stream) if console else [_for_cloud_logging, _render_json]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[*chain, *render]))
    _install(handler, logging.getLevelNamesMapping()[log.level])


def _install(handler: Handler, level: int) -> None:
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if not isinstance(each, Handler)]
    root.addHandler(handler)
    root.setLevel(max(level, logging.WARNING))
    for name in OWN_LOGGERS:
        logging.getLogger(name).setLevel(level)
    # Google's clients cut an unconfigured "google" off from the root when the first one is made.
    google = logging.getLogger("google")
    google.setLevel(max(level, logging.WARNING))
    google.propagate = True


def _chain(project: str | None, secrets: tuple[str, ...]) -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.TimeStamper(fmt="iso", key="time"),
        structlog.processors.format_exc_info,
        _Trace(project),
        _Redaction(secrets),
    ]


class _Trace:
    """Turns a bound ``traceparent`` into the fields by which Cloud Logging joins lines."""

    def __init__(self, project: str | None) -> None:
        self._prefix = f"projects/{project}/traces/" if project else ""

    def __call__(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        found = _TRACEPARENT.fullmatch(str(event.pop("traceparent", "")))
        if found:
            trace, span, flags = found.groups()
            event["logging.googleapis.com/trace"] = self._prefix + trace
            event["logging.googleapis.com/spanId"] = span
            event["logging.googleapis.com/trace_sampled"] = bool(int(flags, 16) & 1)
        return event


class _Redaction:
    """Drops personal data and hides secrets, at any depth."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = secrets

    def __call__(self, _: WrappedLogger, __: str, event: EventDict) -> MutableMapping[str, Any]:
        return self._mapping(event)

    def _mapping(self, values: Mapping[Any, Any]) -> dict[str, Any]:
        return {
            str(key): _HIDDEN if _SECRET.search(str(key)) else self._value(value)
            for key, value in values.items()
            if str(key).lower() not in _PERSONAL
        }

    def _value(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else str(value)
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, list | tuple | set | frozenset):
            return [self._value(each) for each in value]
        return self._text(str(value))

    def _text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return _URL_PASSWORD.sub(rf"\1:{_HIDDEN}@", text)


def _for_cloud_logging(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    first = {
        "severity": str(event.pop("level")).upper(),
        "message": event.pop("event"),
        "time": event.pop("time"),
    }
    if "exception" in event:
        event["stack_trace"] = event.pop("exception")
    return {**first, **event, **first}


def _render_json(_: WrappedLogger, __: str, event: EventDict) -> str:
    # Not orjson: it raises on lone surrogates, and what is logged may come from outside.
    return json.dumps(event)


def _console(stream: TextIO) -> list[Processor]:
    # The default traceback formatter prints local variables, and so customers and passwords.
    return [
        structlog.dev.ConsoleRenderer(
            colors=stream.isatty(),
            timestamp_key="time",
            exception_formatter=structlog.dev.plain_traceback,
        )
    ]
