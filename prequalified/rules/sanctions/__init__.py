"""Lists of misconduct, their cases, and the one question asked at every gate."""
