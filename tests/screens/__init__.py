"""The screens as a finger and an eye meet them: real widgets, real touches, real pixels."""
