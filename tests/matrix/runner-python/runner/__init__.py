"""Runs every scenario of ``tests/matrix`` against the Python package; see FORMAT.md there."""
