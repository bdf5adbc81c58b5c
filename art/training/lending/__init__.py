"""Builds what a program is made of once, and lends copies of it that begin alike."""
