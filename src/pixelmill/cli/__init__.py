"""The command line: parses, opens the house, and speaks in sentences."""
