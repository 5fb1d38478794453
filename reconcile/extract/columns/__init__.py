"""What each column of a published plan is: by captions, by content, by choice."""
