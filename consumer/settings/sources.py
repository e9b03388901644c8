"""Where settings stand: the file, the environment and the command line, each as flat keys.

Values of the file stay text, as those of the environment are, and are read by the type of their
setting: a password 0123 is the password 0123, and port "5432" is a number.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from consumer.errors import BadSettings

PREFIX = "CHURN_"
CONFIG = "CHURN_CONFIG"
ENVIRONMENT = "the environment"
COMMAND_LINE = "the command line"

NOT_SETTINGS = frozenset({CONFIG, "CHURN_TEST_SERVERS", "CHURN_BANK_DATA"})
"""Variables that share the prefix: the file's own path, and what the tests read."""

_SERVICE_LINK = re.compile(r"_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_\w+)?$")
"""Kubernetes puts these into every pod for a Service whose name begins with "churn-"."""
_SERVICE_URL = re.compile(r"(tcp|udp|sctp)://")

_QUOTED = re.compile(r"'[^']{2,}'|\"[^\"]{2,}\"")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Given:
    """A value that was set, and where."""

    value: Any
    where: str

    @property
    def is_set(self) -> bool:
        """False for null in a file, an option that was not given, an empty variable."""
        return self.value is not None


def find_config(config: Path | None, environ: Mapping[str, str]) -> Path | None:
    """Choose the file: the one that is named, else ``config.yml`` where it exists."""
    if config:
        return config
    if named := environ.get(CONFIG):
        return Path(named)
    usual = Path("config.yml")
    return usual if usual.exists() else None


def from_file(path: Path) -> dict[str, Given]:
    """Read a YAML file of sections.

    Raises:
        BadSettings: it cannot be read, is no YAML, or sets a key twice.
    """
    node = _compose(path)
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        raise BadSettings(f"{path}: must hold sections such as `postgresql:`, not a bare value")
    given: dict[str, Given] = {}
    for key, line, value in _leaves(node):
        if key in given:
            raise BadSettings(f"{path}, line {line}: {key} is set twice; keep one")
        given[key] = Given(value, f"{path}, line {line}")
    return given


def _compose(path: Path) -> yaml.Node | None:
    try:
        return yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise BadSettings(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadSettings(f"{path}: is not UTF-8 text") from None
    except yaml.MarkedYAMLError as error:
        # What YAML quotes from the file may be part of a password.
        problem = _QUOTED.sub("…", error.problem or "not YAML")
        mark = error.problem_mark or error.context_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise BadSettings(f"{path}{place}: {problem}; mend the YAML there") from None
    except yaml.YAMLError:
        raise BadSettings(f"{path}: holds characters that YAML does not allow") from None


def _leaves(node: yaml.MappingNode, section: str = "") -> Iterator[tuple[str, int, Any]]:
    """Yield dotted key, line and value of each setting, at most two levels deep."""
    for name, value in node.value:
        key = section + str(name.value)
        if isinstance(value, yaml.MappingNode) and not section:
            yield from _leaves(value, f"{key}.")
        else:
            yield key, name.start_mark.line + 1, _text(value)


def _text(node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return None if node.style is None and node.value in _NULL else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_text(item) for item in node.value if isinstance(item, yaml.ScalarNode)]
    return {}


def from_environment(environ: Mapping[str, str]) -> dict[str, Given]:
    """Read the variables that begin with CHURN_; an empty one counts as not set."""
    return {
        name.removeprefix(PREFIX).lower().replace("__", "."): Given(value or None, ENVIRONMENT)
        for name, value in environ.items()
        if name.startswith(PREFIX) and name not in NOT_SETTINGS and not _is_service(name, value)
    }


def _is_service(name: str, value: str) -> bool:
    return bool(_SERVICE_LINK.search(name) or _SERVICE_URL.match(value))


def from_overrides(overrides: Mapping[str, object]) -> dict[str, Given]:
    """Flatten what the command line gave."""
    flat: dict[str, Given] = {}
    for name, value in overrides.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}.{key}": Given(each, COMMAND_LINE) for key, each in value.items()}
        else:
            flat[name] = Given(value, COMMAND_LINE)
    return flat


def variable(key: str) -> str:
    """Name the environment variable of a dotted key."""
    return PREFIX + key.upper().replace(".", "__")


def nested(given: Mapping[str, Given]) -> dict[str, Any]:
    """Turn dotted keys into sections."""
    tree: dict[str, Any] = {}
    for key, each in given.items():
        section, dot, name = key.partition(".")
        (tree.setdefault(section, {}) if dot else tree)[name or section] = each.value
    return tree
