"""Recorded data on disk: the files of a folder are registered, and recorded files are looked for.

Nothing is ever moved, changed or deleted there.
"""
