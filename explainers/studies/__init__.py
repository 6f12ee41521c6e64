"""What is measured of trained models beyond one recorded run."""
