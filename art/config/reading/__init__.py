"""Text to values: every section, key and value with its place."""
