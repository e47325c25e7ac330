"""A class: a teacher, the students who joined with a code, and what they see of each other."""
