"""Speed, shown as a ratio to a floor measured in the same run; nothing here passes or fails."""
