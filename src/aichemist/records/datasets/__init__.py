"""The public data sets: what there is, where it lies, how to fetch it, and how to read the composition sets.

A set is found in a local mirror (``AICHEMIST_DATA``), else in the user's data folder, where ``get`` puts it after it
has checked every file against the sum in the registry. Nothing in the package needs a set to run.
"""

from ._fetch import data_folder, find, get
from ._registry import DataFile, Dataset, list_datasets
from ._simplex_set import SimplexData, load_simplex_set

__all__ = [
    "DataFile",
    "Dataset",
    "SimplexData",
    "data_folder",
    "find",
    "get",
    "list_datasets",
    "load_simplex_set",
]
