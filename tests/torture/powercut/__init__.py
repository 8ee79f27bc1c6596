"""Power cuts: a booth's day on disks that forget what was not synced, cut at many instants, and judged at each."""
