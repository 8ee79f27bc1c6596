"""The district's desk: set an election up, take its batches in, add them up, let anyone verify."""
