"""`self.logger` of a user's module: a Lightning logger that answers any tracker's calls."""
