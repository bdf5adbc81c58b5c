"""Adds parts to a config's text and takes them out again, to the byte."""
