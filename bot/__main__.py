"""`python -m bot`. Nothing is imported before it is known that this is not a worker process."""

if __name__ == "__main__":
    from bot.cli import main

    main()
