"""Project templates for `art init project`: a folder each, in copier's format."""
