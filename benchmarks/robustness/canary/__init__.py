"""Canaries: secrets that are planted by every way in, and looked for in everything that comes out."""
