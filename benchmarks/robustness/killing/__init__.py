"""Kills live training runs at random moments, and compares what comes of them."""
