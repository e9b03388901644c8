"""Attacks by listed names alone: what the list allows must not add up to anything."""

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.compose import make_column_selector
from sklearn.ensemble import StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier, KFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from consumer.errors import BadModel
from consumer.model.unpickler import unpickle
from tests.unit.model.pickle_words import (
    EMPTY,
    OBJECT,
    WILD_ARRAYS,
    call,
    evaluation_by_listed_names,
    fill,
    named,
    number,
    partial,
    several,
    text,
    whole,
    with_attributes,
)
from tests.unit.model.stored_models import training_frame

FOLD = named("sklearn.model_selection._split", "KFold")
LOAD_PLAINLY = "import pickle, sys; print(pickle.load(sys.stdin.buffer).tolist())"


def refusal(content: bytes) -> str:
    with pytest.raises(BadModel) as refused:
        unpickle(content)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def loaded_plainly(content: bytes) -> int:
    """Give the exit code of a process that loads a pickle without any guard."""
    command = [sys.executable, "-c", LOAD_PLAINLY]
    return subprocess.run(command, input=content, capture_output=True, check=False).returncode


def test_listed_names_lead_a_plain_unpickler_to_eval(tmp_path: Path) -> None:
    marker = tmp_path / "touched"
    loaded_plainly(evaluation_by_listed_names(marker))
    assert marker.exists()


def test_listed_names_do_not_lead_to_eval_here(tmp_path: Path) -> None:
    marker = tmp_path / "touched"
    assert "changes KFold itself" in refusal(evaluation_by_listed_names(marker))
    assert not marker.exists()
    assert not hasattr(KFold, "__mul__")


def writes_a_file_when_it_scores() -> Pipeline:
    """Stack an array, whose method ``tofile`` is called with the name of a column."""
    stack = StackingClassifier([], final_estimator=LogisticRegression())
    stack.final_estimator_ = stack.final_estimator
    stack.estimators_ = [np.array([7.0])]
    stack.stack_method_ = ["tofile"]
    file_name = (FunctionTransformer(make_column_selector("AGE")), FunctionTransformer(np.str_))
    return make_pipeline(*file_name, stack)


def test_a_stack_calls_methods_of_classifiers_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    attack = pickle.dumps(writes_a_file_when_it_scores())
    with pytest.raises(AttributeError):  # by then the file is written
        pickle.loads(attack).predict_proba(training_frame())
    assert (tmp_path / "['AGE']").exists()
    assert "stack_method_ names another method" in refusal(attack)


def test_a_list_of_methods_cannot_grow_after_it_was_checked() -> None:
    stack = StackingClassifier([])
    methods: list[str] = []
    stack.stack_method_ = methods
    attack = pickle.dumps([stack, methods])
    grown = attack[:-2] + pickle.BINGET + index_of(attack) + text("tofile") + b"a0e."
    checked, given = unpickle(grown)
    assert given == ["tofile"]
    assert checked.stack_method_ == []


def index_of(content: bytes) -> bytes:
    """Find the memo of the list that is an attribute and stands at the end once more."""
    return content[-3:-2]


def test_a_threshold_classifier_calls_methods_of_classifiers_alone() -> None:
    attack = FixedThresholdClassifier(LogisticRegression(), response_method="__getattribute__")
    assert "response_method names another method" in refusal(pickle.dumps(attack))


def test_estimators_are_not_made_with_arguments() -> None:
    pipeline = named("sklearn.pipeline", "Pipeline")
    assert "passes arguments to Pipeline" in refusal(whole(call(pipeline, EMPTY)))
    made = pipeline + several(EMPTY) + pickle.NEWOBJ
    assert "passes arguments to Pipeline" in refusal(whole(made))
    made = pipeline + several() + EMPTY + text("steps") + EMPTY + pickle.SETITEM + pickle.NEWOBJ_EX
    assert "passes arguments to Pipeline" in refusal(whole(made))


def test_what_the_pickle_made_is_not_called() -> None:
    made = partial(named("builtins", "range"), EMPTY)
    assert "calls a partial that it made" in refusal(whole(call(made, number(3))))


def test_an_old_object_is_not_made() -> None:
    made = pickle.MARK + named("builtins", "range") + number(3) + pickle.OBJ
    assert "protocol 0 or 1" in refusal(whole(made))
    assert "protocol 0 or 1" in refusal(b"(ibuiltins\nrange\n.")


@pytest.mark.parametrize(
    "target",
    [FOLD, named("numpy", "exp"), named("sklearn.feature_selection._univariate_selection", "chi2")],
)
def test_imported_classes_and_functions_stay_as_they_are(target: bytes) -> None:
    assert "itself, which no model needs" in refusal(whole(with_attributes(target, words=EMPTY)))


@pytest.mark.parametrize("name", ["__class__", "__sklearn_tags__"])
def test_special_attributes_are_not_set(name: str) -> None:
    assert f"sets {name}" in refusal(whole(with_attributes(call(FOLD), **{name: FOLD})))
    bunch = call(named("collections", "OrderedDict"))
    assert f"sets {name}" in refusal(whole(fill(bunch, EMPTY + text(name) + FOLD + pickle.SETITEM)))


def test_scorers_and_score_functions_are_not_even_there() -> None:
    for module, name in [("_scorer", "_Scorer"), ("_classification", "f1_score")]:
        kept = unpickle(whole(named(f"sklearn.metrics.{module}", name)))
        assert kept.__module__ == "consumer.model.restricted"


@pytest.mark.parametrize("attack", WILD_ARRAYS.values(), ids=WILD_ARRAYS)
def test_no_array_looks_at_memory_that_is_not_its_own(attack: bytes) -> None:
    refusal(attack)


def test_a_plain_unpickler_would_look_there() -> None:
    assert loaded_plainly(WILD_ARRAYS["a buffer as objects"]) < 0


def test_a_full_array_is_not_filled_again() -> None:
    array = pickle.dumps(np.arange(3), protocol=4)
    state = array[array.rindex(pickle.MARK) :].removesuffix(pickle.BUILD + pickle.STOP)
    twice = array.removesuffix(pickle.STOP) + state + pickle.BUILD + pickle.STOP
    assert "fills an array twice" in refusal(twice)


def test_types_are_made_by_name() -> None:
    assert "of its name" in refusal(whole(call(named("numpy", "dtype"), several(OBJECT))))


@pytest.mark.parametrize(
    "array",
    [
        np.zeros(2, dtype=[("x", "<f8"), ("y", ">i4", (2, 3))]),
        np.zeros(2, dtype=np.dtype([("x", "i1"), ("y", "f8")], align=True)),
        np.array([1, 2], dtype=">f4"),
        np.array(["a", None], dtype=object),
        np.array(["Espagne"]),
        np.asfortranarray(np.ones((2, 3))),
        np.float64(2.5),
        np.str_("H"),
    ],
    ids=lambda array: str(array.dtype),
)
def test_arrays_of_every_kind_come_as_from_a_plain_unpickler(array: np.ndarray) -> None:
    for protocol in (3, 4, 5):
        content = pickle.dumps([array, array.dtype], protocol=protocol)
        (again, dtype), (plain, plain_dtype) = unpickle(content), pickle.loads(content)
        assert repr((again, dtype)) == repr((plain, plain_dtype))
        assert (again.dtype, dtype) == (plain.dtype, plain_dtype)
        assert dtype.isalignedstruct == plain_dtype.isalignedstruct
