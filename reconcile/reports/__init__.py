"""What is written for people and programs: summary, circular, marked-up copies, exports."""
