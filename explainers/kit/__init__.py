"""What every page is made of: errors, files, the lock, counts in words. Knows no model and no page."""
