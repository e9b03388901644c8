"""Publishing, and the confirmation that the server has a message.

Google's generated client makes the calls; messages travel in as few requests as the limits allow,
each sent at once: Google's batching client costs several times as much, and holds a lone message
back until its batch is over.
"""

from consumer.publisher.publisher import CALL_SECONDS, RETRY, Publisher
from consumer.publisher.request import Publication

__all__ = ["CALL_SECONDS", "RETRY", "Publication", "Publisher"]
