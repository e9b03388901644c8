"""An embedded Pub/Sub server: the service's rules in plain Python, served over gRPC.

It keeps everything in memory and is for local work and tests. The rules (``subscription``,
``ordering``, ``leases``, ...) know no gRPC; ``server`` and the ``*_service`` modules translate.
"""

from tools.emulator.background import Running, serve

__all__ = ["Running", "serve"]
