"""What leaves the booth and arrives at the district: ballots, batches, removable media."""
