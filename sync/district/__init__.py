"""The district's staff: from the election's plan to packages, from batches to results, all as commands."""
