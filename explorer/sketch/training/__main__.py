"""The command that trains the sketch network."""

from explorer.sketch.training.command import main

if __name__ == "__main__":
    main()
