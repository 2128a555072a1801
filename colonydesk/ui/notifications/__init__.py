"""The notifications: the list, the rules, the e-mail, and what this workstation does with them."""
