"""What a task brings along over the year: its evidence."""
