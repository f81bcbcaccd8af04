"""Acts on lists, cases, repairs and imports."""
