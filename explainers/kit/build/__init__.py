"""What there is, one page's step, the store of what was made, checkpoints, and where steps run."""
