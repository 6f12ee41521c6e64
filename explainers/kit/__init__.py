"""What every page is made of. Knows no model and no page."""
