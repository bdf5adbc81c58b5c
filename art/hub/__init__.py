"""The hub: configs from elsewhere are fetched, vetted, split and reviewed before they are saved."""
