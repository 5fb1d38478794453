"""What outlasts a period: decisions on tasks, and the evidence for answers."""
