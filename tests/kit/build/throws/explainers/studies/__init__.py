"""What is measured of dice."""
