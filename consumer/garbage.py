"""What a process that works batch after batch tells Python's collector of cycles."""

import gc
from typing import Final

YOUNG_OBJECTS: Final = 100_000
"""How many more objects there may be before the garbage collector looks for cycles.

Above what the messages in flight come to (about 15 objects each), so that it is woken by what does
not go away by itself, and not by every batch that comes and goes (``gc.set_threshold``).
"""


def leave_alone_what_stays() -> None:
    """Keep the garbage collector from looking through imports and model again and again.

    They are some hundred thousand objects, and each batch brings enough new ones to make it look:
    that was a third of all that the worker computed. See ``gc.freeze``, Python documentation.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
