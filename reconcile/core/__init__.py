"""What everything stands on: the plan, forms, answers and results as records; texts, keys, findings, languages."""
