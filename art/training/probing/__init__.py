"""What probes look through: short real runs of a program, noted, changed and compared."""
