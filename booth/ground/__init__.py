"""The ground that a booth stands on: data partition and stick, seen to as root by short services of the image."""
