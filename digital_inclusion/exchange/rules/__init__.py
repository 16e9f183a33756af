"""Reading an import: columns to fields, cells to values, rows to households; what is wrong, what must be dropped. Pure.

matches = match_columns(sheet.headers, sheet.samples())         # a suggestion; mapping_of(matches) is plain data
parser = RowParser(mapping, sheet.headers, Settings(today=..., date_orders=date_orders_of(...), normalize_...=...))
for row in sheet: parsed = parser.parse(row.number, row.cells, row.note)
group_members(...)                                              # where rows are members: is_per_member(fields)
"""

from .cells import Settings
from .dates import DateOrder, infer_date_order
from .fields import FIELDS, Field
from .households import group_members, is_per_member
from .identity import content_hash, delivery_key, row_key, row_keys
from .matching import ColumnMatch, columns_to_drop, mapping_of, match_columns, missing_fields
from .parsed import ParsedAddress, ParsedDelivery, ParsedEvidence, ParsedPerson, ParsedRow
from .problems import CODES, ProblemGroup, ProblemTally, RowProblem, group_problems
from .rows import RowParser, date_orders_of, parse_row, parse_rows, resolve_mapping
from .sensitive import SensitiveColumn, find_sensitive

__all__ = [
    "CODES",
    "FIELDS",
    "ColumnMatch",
    "DateOrder",
    "Field",
    "ParsedAddress",
    "ParsedDelivery",
    "ParsedEvidence",
    "ParsedPerson",
    "ParsedRow",
    "ProblemGroup",
    "ProblemTally",
    "RowParser",
    "RowProblem",
    "SensitiveColumn",
    "Settings",
    "columns_to_drop",
    "content_hash",
    "date_orders_of",
    "delivery_key",
    "find_sensitive",
    "group_members",
    "group_problems",
    "infer_date_order",
    "is_per_member",
    "mapping_of",
    "match_columns",
    "missing_fields",
    "parse_row",
    "parse_rows",
    "resolve_mapping",
    "row_key",
    "row_keys",
]
