"""Misbehaviour on purpose: what a plan says, decided in plain Python and the same under a seed.

``rules`` are the kinds of faults, ``injection`` decides when one strikes, ``faults`` holds those
that are set, ``calls`` and ``deliveries`` apply them, ``control`` sets them from Python, and
``plan`` reads them from a file. Nothing here knows gRPC.
"""

from tools.emulator.faults.control import ActiveFault, FaultControl
from tools.emulator.faults.faults import Faults
from tools.emulator.faults.plan import Plan, load_plan

__all__ = ["ActiveFault", "FaultControl", "Faults", "Plan", "load_plan"]
