"""A benchmark of silent bugs: what ART blocks, what it names, and what it leaves alone."""
