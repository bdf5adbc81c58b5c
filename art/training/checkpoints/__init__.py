"""Checkpoints: written whole, sealed, verified before they are read; and what is made of them."""
