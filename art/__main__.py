"""`python -m art`."""

from art.cli.app import main

if __name__ == "__main__":
    main()
