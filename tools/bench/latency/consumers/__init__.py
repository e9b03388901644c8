"""The consumers that the worker is compared with; each is a program, ``python -m``."""
