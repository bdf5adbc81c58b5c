"""Knocks on ART's doors with hostile input, and watches what happens."""
