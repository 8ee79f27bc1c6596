"""What a finger meets: one screen for each view, drawn from a frame, answering with a touch."""
