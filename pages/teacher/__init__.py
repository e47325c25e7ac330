"""What a teacher wants to know before class."""
