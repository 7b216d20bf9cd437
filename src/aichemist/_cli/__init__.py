"""The command line, one small module per group of commands."""

from ._root import cli

__all__ = ["cli"]
