"""The command line and what it prints, and scaffolds of what is new."""
