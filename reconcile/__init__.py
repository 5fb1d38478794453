"""Reconcile a yearly plan with the answers of the units responsible for it."""

from pathlib import Path

__version__ = "0.1.0"

if not Path(__file__).with_name("templates").is_dir():
    # A checkout that is not installed: templates and samples lie beside the package.
    __path__.append(str(Path(__file__).parents[1]))
