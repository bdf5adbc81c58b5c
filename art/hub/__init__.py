"""The hub: download, verify, split and review configs. A later capability."""
