"""What each column of a published plan is: told by captions, by content, by choice."""
