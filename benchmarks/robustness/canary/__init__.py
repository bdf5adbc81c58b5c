"""Canaries: secrets that are planted by every way in, and looked for in all that comes out."""
