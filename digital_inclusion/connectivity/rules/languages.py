"""In which language we write to a household. Pure."""

from ...households.rules import WRITTEN, written_in

__all__ = ["WRITTEN", "written_in"]
