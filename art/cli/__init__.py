"""The command line: one thin file a command over functions that Python can call as well."""
