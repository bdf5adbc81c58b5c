"""Runs a recipe: what must run and why, one stage after another, each leaving one record."""
