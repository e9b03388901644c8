"""A model is scored once before it is used, so that no event waits for what happens only once.

Thread pools start, code pages come in, and caches are filled at the first frame.
"""

from contextlib import suppress

import numpy as np

from consumer.errors import ScoringFailed
from consumer.model.loaded import LoadedModel
from consumer.model.probe import probe_frame


def warm(model: LoadedModel, rows: int) -> None:
    """Score a frame of so many rows, as large as a batch; what comes out is of no interest."""
    frame = probe_frame(model.columns, ())
    # A model may refuse some of these rows, which the probe has found and allows.
    with suppress(ScoringFailed):
        model.score(frame.iloc[np.arange(rows) % len(frame)])
