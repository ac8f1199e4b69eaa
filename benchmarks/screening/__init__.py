"""The labelled sample of screening, and how well the rules do on it."""
