"""The contracts: what a stage, check, probe, metric calculator, visualizer, logger and record are.

Small, and free of torch at import: a config can be checked without it.
"""
