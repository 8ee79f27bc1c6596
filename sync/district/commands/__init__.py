"""The command line: each file has the commands of one part of the work; they ask, call, and say what happened."""
