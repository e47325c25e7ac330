"""Lessons: steps on the pages, with checks that read the pages' own numbers.

    TOML file -> Lesson -> Check against the measures of a page -> CheckOutcome

A lesson is a file, and adding one is adding a file: in `shipped`, or in the folder that `EXPLORER_LESSONS`
names.
"""
