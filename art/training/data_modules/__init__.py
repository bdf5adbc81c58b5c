"""Data: modules of arrays, and what a data module of any make holds."""
