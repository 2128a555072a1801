"""Notifications: created once, sent once, and what a member does with them."""
