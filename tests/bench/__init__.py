"""Speed of the parts that a voter or a district waits for, beside the floor of what they stand on."""
