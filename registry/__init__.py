"""The built-in parts: one folder a registry, one file a part or close family."""
