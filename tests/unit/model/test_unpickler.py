"""Pickles that would run something, through the real unpickler; none may."""

import builtins
import functools
import io
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

from consumer.errors import BadModel, BadSettings
from consumer.model.unpickler import listed_globals, unpickle


class Call:
    """Pickles to a call of a function."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.call


class Gadget:
    """Runs when its state is set."""

    def __setstate__(self, state: str) -> None:
        Path(state).touch()

    def __getstate__(self) -> str:
        return str(self.__dict__["marker"])


def called_by_name(module: str, name: str, *arguments: str) -> bytes:
    """Assemble a pickle that calls a global by any name, as an attacker would."""
    text = b"".join(pickle.SHORT_BINUNICODE + bytes([len(a)]) + a.encode() for a in arguments)
    return (
        pickle.PROTO
        + b"\x04"
        + _text(module)
        + _text(name)
        + pickle.STACK_GLOBAL
        + pickle.MARK
        + text
        + pickle.TUPLE
        + pickle.REDUCE
        + pickle.STOP
    )


def _text(value: str) -> bytes:
    return pickle.SHORT_BINUNICODE + bytes([len(value)]) + value.encode()


def refusal(content: bytes) -> str:
    with pytest.raises(BadModel) as refused:
        unpickle(content)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """A file that the attacks would make."""
    return tmp_path / "touched"


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("posix", "system"),
        ("joblib.parallel", "os.system"),
        ("sklearn.utils.fixes", "platform.os.system"),
    ],
)
def test_the_attacks_would_work_on_a_plain_unpickler(module: str, name: str, marker: Path) -> None:
    pickle.loads(called_by_name(module, name, f"touch {marker}"))
    assert marker.exists()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "system"),
        ("posix", "system"),
        ("subprocess", "check_call"),
        ("joblib.parallel", "os.system"),
        ("sklearn.utils.fixes", "platform.os.system"),
        ("sklearn.pipeline", "Pipeline.__init__.__globals__"),
        ("numpy", "ndarray.tofile"),
        ("numpy", "load"),
        ("numpy", "save"),
        ("joblib.numpy_pickle", "load"),
        ("builtins", "getattr"),
        ("importlib", "import_module"),
    ],
)
def test_a_call_by_name_is_refused_and_named(module: str, name: str, marker: Path) -> None:
    assert f"{module}:{name}" in refusal(called_by_name(module, name, f"touch {marker}"))
    assert not marker.exists()


def test_a_shell_command_does_not_run(marker: Path) -> None:
    assert "posix:system" in refusal(pickle.dumps(Call(os.system, f"touch {marker}")))
    assert not marker.exists()


def test_an_expression_is_not_evaluated(marker: Path) -> None:
    source = f"open({str(marker)!r}, 'w')"
    assert "builtins:eval" in refusal(pickle.dumps(Call(builtins.eval, source)))
    assert not marker.exists()


def test_a_chain_of_partials_does_not_run(marker: Path) -> None:
    chain = functools.partial(functools.partial(os.system), f"touch {marker}")
    assert "posix:system" in refusal(pickle.dumps(Call(chain)))
    assert not marker.exists()


def test_a_partial_of_an_attribute_look_up_does_not_run(marker: Path) -> None:
    look_up = functools.partial(getattr, np.ndarray, "tofile")
    assert "builtins:getattr" in refusal(pickle.dumps(Call(look_up)))
    assert not marker.exists()


def test_a_call_inside_a_call_does_not_run(marker: Path) -> None:
    nested = Call(np.ndarray, Call(list, Call(map, os.system, [f"touch {marker}"])))
    assert "not allowed" in refusal(pickle.dumps(nested))
    assert not marker.exists()


def test_a_class_that_runs_when_its_state_is_set_does_not_run(marker: Path) -> None:
    gadget = Gadget()
    gadget.__dict__["marker"] = marker
    assert f"{__name__}:Gadget" in refusal(pickle.dumps(gadget))
    assert not marker.exists()


def test_an_attack_inside_an_array_of_objects_does_not_run(marker: Path) -> None:
    array = np.array([Call(os.system, f"touch {marker}")], dtype=object)
    assert "posix:system" in refusal(pickle.dumps(array))
    assert not marker.exists()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_protocol_is_guarded(protocol: int, marker: Path) -> None:
    call = pickle.dumps(Call(os.system, f"touch {marker}"), protocol=protocol)
    assert "posix:system" in refusal(call)
    assert not marker.exists()


def test_names_of_python_2_are_not_translated_past_the_check() -> None:
    assert "__builtin__:slice" in refusal(b"c__builtin__\nslice\n(I1\ntR.")


def test_extension_codes_and_persistent_ids_are_refused() -> None:
    assert "cannot be loaded" in refusal(pickle.EXT1 + b"\x01.")
    assert "cannot be loaded" in refusal(b"Psome-id\n.")


def test_a_hostile_name_is_shown_on_one_short_line() -> None:
    text = refusal(called_by_name("os\n\x1b[31m", "x" * 200))
    assert r"os\n\x1b[31m:xxx" in text
    assert len(text) < 400


def test_what_joblib_dumped_is_refused_with_the_way_out() -> None:
    dumped = io.BytesIO()
    joblib.dump(np.arange(3), dumped)
    assert "save the model by pickle.dump, not joblib.dump" in refusal(dumped.getvalue())


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x80\x05", b"(" * 1000])
def test_what_is_no_pickle_is_refused(content: bytes) -> None:
    assert "cannot be loaded" in refusal(content)


def test_a_class_that_is_not_installed_is_named() -> None:
    content = called_by_name("bank_models.pipeline", "ChurnModel")
    with pytest.raises(BadModel, match="No module named 'bank_models'"):
        unpickle(content, ["bank_models.pipeline:ChurnModel"])


def test_the_settings_can_allow_one_more_class() -> None:
    content = pickle.dumps(Call(complex, 1, 2))
    assert unpickle(content) == 1 + 2j
    content = pickle.dumps(Call(divmod, 7, 2))
    refusal(content)
    assert unpickle(content, ["builtins:divmod"]) == (3, 1)


@pytest.mark.parametrize(
    "entry", ["os", "os:", ":system", "os:path.join", "os.path", "a b:c", "os:system\n", ""]
)
def test_a_malformed_entry_of_the_settings_is_refused(entry: str) -> None:
    with pytest.raises(BadSettings, match=r"model\.allowed_globals"):
        unpickle(pickle.dumps(1), [entry])


def test_nothing_of_the_list_is_dangerous() -> None:
    forbidden_modules = ("os", "posix", "subprocess", "sys", "importlib", "operator", "fixes")
    forbidden_names = ("eval", "exec", "getattr", "setattr", "open", "compile", "map", "load")
    for module, name in listed_globals() - {("functools", "partial")}:
        assert module.split(".")[0] in {"builtins", "collections", "numpy", "scipy", "sklearn"}
        assert not set(module.split(".")) & set(forbidden_modules)
        assert name not in forbidden_names
        assert "." not in name
