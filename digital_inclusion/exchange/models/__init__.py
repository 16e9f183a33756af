"""Tables of files: imports of households, files for internet companies and their answers."""

from .answers import AnswerFile, AnswerRow, ProviderColumn, ProviderFile, ProviderFileApplication, ProviderFileRow
from .batches import ColumnMapping, ImportBatch, ImportedRow, ImportProblem

__all__ = [
    "AnswerFile",
    "AnswerRow",
    "ColumnMapping",
    "ImportBatch",
    "ImportProblem",
    "ImportedRow",
    "ProviderColumn",
    "ProviderFile",
    "ProviderFileApplication",
    "ProviderFileRow",
]
