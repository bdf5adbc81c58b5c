"""Built-in visualizers."""
