#!/bin/sh
# Lint, types, walls, licences, templates, migrations and the settings of production. Every gate runs; one failure fails.
set -u
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
failed=
unset KUAIJI_DEMO KUAIJI_DATABASE_ROLE KUAIJI_ADDRESS_LIMITS KUAIJI_REVIEW_SECONDS

gate() {
    printf '== %s\n' "$*"
    "$@" || failed="$failed
  $*"
}

# A production environment with made-up secrets: nothing here connects to a database.
home=$(mktemp -d)
seals=$(mktemp -d -p /dev/shm)  # another file system than the home's, as the check asks
trap 'rm -rf "$home" "$seals"' EXIT
export KUAIJI_HOME="$home" KUAIJI_ENV=production KUAIJI_ALLOWED_HOSTS=kuaiji.example
export DATABASE_URL=postgresql://kuaiji_app:none@127.0.0.1:1/kuaiji
export KUAIJI_SEALS="$seals" KUAIJI_SMS_PROVIDERS=tencent
export TENCENT_SECRET_ID=none TENCENT_SECRET_KEY=made-up-1 KUAIJI_TENCENT_SMS_APP_ID=1400000000
export KUAIJI_IDENTITY_URL=https://identity.example KUAIJI_IDENTITY_TOKEN=made-up-2
export KUAIJI_EMPLOYERS_URL=https://employers.example KUAIJI_EMPLOYERS_TOKEN=made-up-3
export KUAIJI_HUB_URL=https://hub.example KUAIJI_WIRE_KEY_ID=440000:none
KUAIJI_WIRE_KEY=$(python -c 'import base64; print(base64.b64encode(bytes(32)).decode())')
export KUAIJI_WIRE_KEY KUAIJI_HUB_KEYS="hub:none=O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik="
KUAIJI_SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(48))')
KUAIJI_METRICS_TOKEN=$(python -c 'import secrets; print(secrets.token_urlsafe(48))')
KUAIJI_KEYRING=$(python -c 'from kuaiji.common.keyring import generate_keyring; print(generate_keyring())')
export KUAIJI_SECRET_KEY KUAIJI_METRICS_TOKEN KUAIJI_KEYRING

# Split into words on purpose where used: an environment in front of a command.
platform='env DJANGO_SETTINGS_MODULE=kuaiji.config.settings PYTHONWARNINGS=ignore::RuntimeWarning'
standins="env DJANGO_SETTINGS_MODULE=kuaiji_standins.settings PYTHONWARNINGS=ignore::RuntimeWarning
    KUAIJI_ENV=development KUAIJI_DEMO=1 KUAIJI_STANDINS_TOKEN=none
    KUAIJI_DATABASE_ROLE=owner KUAIJI_STANDINS_OWNER_URL=$DATABASE_URL"
hub="env DJANGO_SETTINGS_MODULE=kuaiji_hub.settings PYTHONWARNINGS=ignore::RuntimeWarning
    KUAIJI_HUB_URL=https://hub.example KUAIJI_HUB_DATABASE_URL=$DATABASE_URL
    KUAIJI_DATABASE_ROLE=owner KUAIJI_HUB_OWNER_URL=postgresql://kuaiji_owner:none@127.0.0.1:1/kuaiji"
export KUAIJI_HUB_KEYRING="$KUAIJI_KEYRING"

gate ruff check .
gate ruff format --check .
gate $platform mypy src/kuaiji src/kuaiji_signed src/kuaiji_wire tests people bench prove guide tools
# A cache for each: one that another settings module wrote is thrown away whole (mypy_django_plugin's config data).
gate $standins mypy --cache-dir .mypy_cache/standins src/kuaiji_standins
gate $hub mypy --cache-dir .mypy_cache/hub src/kuaiji_hub
gate lint-imports
gate python -m tools.licences
gate djlint --lint --quiet src
gate $platform django-admin makemigrations --check --dry-run
gate $standins django-admin makemigrations --check --dry-run
gate $hub django-admin makemigrations --check --dry-run
gate $platform django-admin check --deploy --fail-level WARNING

[ -z "$failed" ] || { echo "failed:$failed" >&2; exit 1; }
echo 'all gates passed'
