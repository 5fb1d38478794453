"""What is done with a period as a whole: closed, verified."""
