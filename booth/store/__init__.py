"""What a booth remembers: a slot for each credential and one row that says where the voter stands, encrypted."""
