"""Values to text: defaults filled in, texts changed in place."""
