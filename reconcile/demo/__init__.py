"""The whole round on the sample plan, with simulated clerks."""
