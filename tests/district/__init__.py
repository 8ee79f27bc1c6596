"""The district: from the plan to the result, through its commands."""
