"""The golden rows: probabilities from the training, which must come out again.

They catch a scikit-learn or numpy that loads the pickle but predicts differently.
"""

from typing import Final

import numpy as np

from consumer.errors import BadModel, ScoringFailed
from consumer.frames import frame_of
from consumer.model.loaded import LoadedModel
from schemas.manifest import Manifest

TOLERANCE: Final = 1e-6


def check_golden_rows(model: LoadedModel, manifest: Manifest) -> None:
    """Score the manifest's golden rows.

    Raises:
        BadModel: the model fails on one, or gives another probability than in training.
    """
    expected = np.array([row.probability for row in manifest.golden])
    try:
        given = model.score(frame_of(model.columns, [row.values for row in manifest.golden]))
    except ScoringFailed as failure:
        raise BadModel(f"the model fails on its manifest's golden rows: {failure}") from failure
    wrong = np.flatnonzero(np.abs(given - expected) > TOLERANCE)
    if wrong.size:
        first = int(wrong[0])
        raise BadModel(
            f"golden row {first + 1} of {len(expected)} gives {given[first]:.6f}, but gave "
            f"{expected[first]:.6f} in training with scikit-learn "
            f"{manifest.versions.scikit_learn}; install that version, or train the model of "
            "model.uri anew with the one that is installed"
        )
