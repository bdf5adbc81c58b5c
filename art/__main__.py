"""`python -m art`."""

if __name__ == "__main__":
    try:
        from art.cli.app import main
    except KeyboardInterrupt:  # before there is a guard
        raise SystemExit(130) from None
    main()
