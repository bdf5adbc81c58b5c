"""Finds every mistake of a config, and shows where it stands."""
