"""Built-in advisors."""
