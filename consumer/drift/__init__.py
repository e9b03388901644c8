"""How far what is scored has moved from what the model was trained on.

Values are counted by the bins of the model's manifest; the population stability index says how far
the counts are from the shares of the training. The core knows numpy alone; :mod:`.meter` is what a
worker does with it after each batch.
"""

from consumer.drift.bins import SCORE, Bins, CategoryBins, NumberBins
from consumer.drift.layout import Layout
from consumer.drift.meter import NO_METER, DriftMeter, Meter
from consumer.drift.metrics import DriftMetrics
from consumer.drift.window import Window

__all__ = [
    "NO_METER",
    "SCORE",
    "Bins",
    "CategoryBins",
    "DriftMeter",
    "DriftMetrics",
    "Layout",
    "Meter",
    "NumberBins",
    "Window",
]
