"""Reconcile a yearly plan with the answers of the units responsible for it."""

__version__ = "0.1.0"
