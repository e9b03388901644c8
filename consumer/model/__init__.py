"""The model: fetched from Cloud Storage or a file, verified, loaded, probed and asked.

Fetch → digest → unpickle → golden rows → probe; what comes out is a :class:`LoadedModel`.
"""

from consumer.model.load import load_model
from consumer.model.loaded import LoadedModel
from consumer.model.source import current_generation

__all__ = ["LoadedModel", "current_generation", "load_model"]
