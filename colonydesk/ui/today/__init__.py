"""The Today screen: the round of weighing and watering."""
