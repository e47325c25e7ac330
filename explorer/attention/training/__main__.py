"""The command that trains the vision transformer."""

from explorer.attention.training.command import main

if __name__ == "__main__":
    main()
