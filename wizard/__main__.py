"""`python -m wizard`: the command line."""

from wizard.cli import main

if __name__ == "__main__":
    main()
