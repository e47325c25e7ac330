"""The experiment on the screen as runnable code: one writer a topic."""
