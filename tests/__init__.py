"""Tests, by kind: unit, house, integration, security, migrations, reliability, browser."""
