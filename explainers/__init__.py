"""Attention and memory, explained by models you can run."""
