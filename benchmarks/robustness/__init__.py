"""Measures what ART promises about losing nothing: each row of docs/robustness.md, one module."""
