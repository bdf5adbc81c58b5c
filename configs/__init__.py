"""Ready-made recipe configs and the defaults that complete any config."""
