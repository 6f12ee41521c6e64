"""Data with a known right answer, training, and the recorded run: one package a task."""
