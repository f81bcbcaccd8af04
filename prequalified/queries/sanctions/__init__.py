"""Reads of lists, cases and answers of the gate."""
