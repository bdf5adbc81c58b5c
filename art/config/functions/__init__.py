"""Registered functions and their settings: signatures, types, blocks."""
