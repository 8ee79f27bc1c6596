"""The very image, booted in an emulator: an election is held inside it by touches, cards, paper and a stick."""
