"""The form of one record of any table."""
