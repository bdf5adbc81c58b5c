"""Measurements of the program itself: they find what runs without an error and is wrong."""
