"""The tables of the desk's pages, a module for each folder that has some."""

from kuaiji.desk.models.lists import ListColumns, SavedFilter
from kuaiji.desk.models.record import Note, Reveal

__all__ = ["ListColumns", "Note", "Reveal", "SavedFilter"]
