"""The programs; each registers its data and its model."""
