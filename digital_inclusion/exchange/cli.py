"""``flask import FILE --partner CODE``: the same import from the command line, in the foreground."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from ..foundation.access.identity import system_actor
from ..foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from ..foundation.kernel.errors import DomainError
from ..funding.queries import find_grant_by_number
from ..partners.queries import find_partner_by_code
from .actions.committing import COUNTED, run_import
from .actions.mapping import check_complete
from .actions.previewing import look_through
from .actions.reading import open_batch, opened
from .actions.starting import Terms, set_terms, start_import
from .actions.uploading import opened_file, upload_file
from .models import ImportBatch, ImportProblem
from .queries.batches import group_problems, list_problems
from .rules.stops import stopped_sentence

_SHOWN = 100  # problems told one by one
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--partner", "code", required=True, help="The partner's code, for example DEMO.")
@click.option("--mapping", type=click.Path(exists=True, path_type=Path), help="JSON: column header -> field.")
@click.option("--worksheet", help="Which worksheet of a workbook; default: the one that looks most like data.")
@click.option("--grant", help="Number of the grant under which the households are enrolled.")
@click.option("--consent-attested-on", type=_DAY, help="The partner has signed consent on file, as of this day.")
@click.option("--enrolled-on", type=_DAY, help="Day of enrollment for rows that have none.")
@click.option("--dry-run", is_flag=True, help="Look through the file and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def import_file(file: Path, code: str, as_json: bool, **options: Any) -> None:
    """Enroll households from FILE (CSV or XLSX). Running it again on the same file creates nothing."""
    try:
        result = _run(file, code, options)
    except DomainError as error:
        print(json.dumps({"error": error.sentence}) if as_json else f"Not imported: {error.sentence}")
        sys.exit(1)
    print(json.dumps(result, ensure_ascii=False, default=str) if as_json else _told(result))
    if result.get("state") == "stopped":
        sys.exit(1)


def _run(file: Path, code: str, options: dict[str, Any]) -> dict[str, Any]:
    use_scope(EVERYTHING)
    partner = find_partner_by_code(code)
    if partner is None:
        raise click.BadParameter(f"there is no partner with code {code}", param_hint="--partner")
    partner_id = partner.id
    mapping = _read_mapping(options["mapping"])
    use_scope(Scope(partner_id=partner_id))
    if options["dry_run"]:
        return _dry_run(file, partner_id, mapping, options)
    batch_id = _start(file, partner_id, mapping, options)
    run_import(batch_id=batch_id, partner_id=partner_id)
    use_scope(Scope(partner_id=partner_id))
    return _result(session().get_one(ImportBatch, batch_id, populate_existing=True))


def _read_mapping(path: Path | None) -> dict[str, str] | None:
    """Read {"Column header": "field", …}; a list of fields under "fields" is not asked for."""
    if path is None:
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise click.BadParameter(f"not JSON: {error}", param_hint="--mapping") from error
    if not isinstance(found, dict) or not all(isinstance(field, str | None) for field in found.values()):
        raise click.BadParameter('write {"Column header": "field", …}', param_hint="--mapping")
    return {str(header): field or "" for header, field in found.items()}


def _start(file: Path, partner_id: int, mapping: dict[str, str] | None, options: dict[str, Any]) -> int:
    by = system_actor("flask import", partner_id=partner_id)
    with write_transaction(), file.open("rb") as stream:
        batch = upload_file(
            stream=stream,
            filename=file.name,
            partner_id=partner_id,
            limit=current_app.config["MAX_UPLOAD_BYTES"],
            mapping=mapping,
            worksheet=options["worksheet"],
            by=by,
        )
        start_import(batch=batch, terms=_terms(options), in_background=False, by=by)
        return batch.id


def _terms(options: dict[str, Any]) -> Terms:
    return Terms(
        grant_id=_grant(options["grant"]),
        consent_attested_on=_day(options["consent_attested_on"]),
        default_enrolled_on=_day(options["enrolled_on"]),
    )


def _dry_run(file: Path, partner_id: int, mapping: dict[str, str] | None, options: dict[str, Any]) -> dict[str, Any]:
    by = system_actor("flask import", partner_id=partner_id)
    with opened_file(file, file.name, partner_id, worksheet=options["worksheet"], mapping=mapping, by=by) as found:
        batch, sheet = found
        check_complete(batch.mapping)
        set_terms(batch, _terms(options))
        return {"dry_run": True} | _about(batch, sheet.headers) | look_through(opened(batch, sheet))


def _grant(number: str | None) -> int | None:
    if number is None:
        return None
    grant = find_grant_by_number(number)
    if grant is None:
        raise click.BadParameter(f"this partner has no grant {number}", param_hint="--grant")
    return grant.id


def _day(at: datetime | None) -> date | None:
    return at.date() if at is not None else None


def _about(batch: ImportBatch, headers: Sequence[str]) -> dict[str, Any]:
    return {
        "worksheet": batch.sheet_name,
        "columns": batch.mapping,
        "ignored_columns": [name for name in headers if name not in {*batch.mapping, *batch.dropped_columns}],
        "dropped_columns": batch.dropped_columns,
    }


def _result(batch: ImportBatch) -> dict[str, Any]:
    with open_batch(batch) as found:
        headers = list(found.sheet.headers)
    return {
        "batch": batch.code,
        "state": batch.state,
        "error": stopped_sentence(batch.error_code, batch.error_params) if batch.error_code else None,
        "rows": batch.rows_done,
        **{name: getattr(batch, name) for name in COUNTED},
        **_about(batch, headers),
        "problem_groups": [asdict(group) for group in group_problems(batch.id)],
        "problems": [
            {"row": p.row, "column": p.column, "code": p.code, "severity": p.severity, "message": sentence_of(p)}
            for p in list_problems(batch.id, limit=_SHOWN)
        ],
    }


def sentence_of(problem: ImportProblem) -> str:
    """Return the problem's sentence in the language of the code."""
    return problem.message % problem.params if problem.params else problem.message


def _told(result: dict[str, Any]) -> str:
    counts = result.get("counts", result)
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in counts.items() if isinstance(value, int)]
    if result.get("error"):
        lines.append(f"stopped: {result['error']}")
    for group in result.get("problem_groups", result.get("groups", [])):
        where = f" (column {group['column']})" if group["column"] else ""
        lines.append(f"{group['severity']}: {group['count']} x {group['sentence']}{where}")
    if result["dropped_columns"]:
        lines.append(f"never stored (looks like secret numbers): {', '.join(result['dropped_columns'])}")
    if result["ignored_columns"]:
        lines.append(f"not used: {', '.join(result['ignored_columns'])}")
    return "\n".join(lines)


def init_cli(app: Flask) -> None:
    """Offer the command."""
    app.cli.add_command(import_file)
