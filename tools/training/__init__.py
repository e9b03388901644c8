"""Training: rows of the two tables in, a verified pickle with its manifest out."""

from tools.training.train import train_model
from tools.training.trained import TrainedModel
from tools.training.written import write_model

__all__ = ["TrainedModel", "train_model", "write_model"]
