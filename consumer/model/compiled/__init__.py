"""A fitted scikit-learn model as plain numpy functions, without what its own methods check anew.

For one row scikit-learn spends milliseconds on validating, wrapping and dispatching and
microseconds on arithmetic. :func:`compile_estimator` reads the fitted attributes once and gives a
function of the frame. Three rules keep the model's behaviour:

- A step of an exact class and with parameters that are known here becomes a function; every other
  step keeps its own ``transform`` or ``predict_proba``.
- A function raises :class:`~consumer.model.compiled.steps.OutOfTheOrdinary` where the step itself
  would raise.
- Where anything is raised, or what comes out is not finite, the estimator itself is asked
  (:class:`CompiledEstimator`), so that errors are always its own.

Whether the function gives what the estimator gives is not believed, but tried by
:mod:`consumer.model.equality` before it is used.
"""

from consumer.model.compiled.compiler import compile_estimator
from consumer.model.compiled.estimator import CompiledEstimator

__all__ = ["CompiledEstimator", "compile_estimator"]
