"""What makes a config from a few choices: one source for the page and `art init config`."""
