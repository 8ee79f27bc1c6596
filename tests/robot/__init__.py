"""The robot: touches the booth's real screen as a finger does, sees what it shows, and plays the people of a day."""
