"""Reads of evaluation; each subject in its own module."""
