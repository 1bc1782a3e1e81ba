"""What happened to one person and why: a timeline that is told from what is stored, and nothing else."""
