"""The config as a JSON Schema, and as JSON."""
