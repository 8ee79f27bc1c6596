"""The second screen: every view in the voter's ear, and a number pad for a finger. It speaks clips and makes none."""
