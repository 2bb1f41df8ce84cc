#!/bin/sh
# Lint, types, walls, templates, migrations and the settings of production. Every gate runs; one failure fails.
set -u
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
failed=

gate() {
    printf '== %s\n' "$*"
    "$@" || failed="$failed\n  $*"
}

# A production environment with made-up secrets: nothing here connects to a database.
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export KUAIJI_HOME="$home" KUAIJI_ENV=production KUAIJI_ALLOWED_HOSTS=kuaiji.example
export DATABASE_URL=postgresql://kuaiji_app:none@127.0.0.1:1/kuaiji
KUAIJI_SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(48))')
KUAIJI_METRICS_TOKEN=$KUAIJI_SECRET_KEY
KUAIJI_KEYRING=$(python -c 'from kuaiji.common.keyring import generate_keyring; print(generate_keyring())')
export KUAIJI_SECRET_KEY KUAIJI_METRICS_TOKEN KUAIJI_KEYRING

gate ruff check .
gate ruff format --check .
gate mypy
gate lint-imports
gate djlint --lint --quiet src
gate kuaiji manage makemigrations --check --dry-run
gate kuaiji manage check --deploy --fail-level WARNING

[ -z "$failed" ] || { printf "failed:$failed\n" >&2; exit 1; }
echo 'all gates passed'
