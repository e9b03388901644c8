"""Sending history through again: sources, what to select, where to, and where to go on."""
