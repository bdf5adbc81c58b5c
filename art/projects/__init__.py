"""Projects made from templates, and brought up to date with them. copier renders; no code runs."""
