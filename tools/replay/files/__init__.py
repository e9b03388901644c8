"""Files as a source of a replay: JSON Lines and Avro, plain or gzip, here or in Cloud Storage."""

from tools.replay.files.opening import open_files
from tools.replay.files.rejects import Rejects
from tools.replay.files.source import FileSource

__all__ = ["FileSource", "Rejects", "open_files"]
