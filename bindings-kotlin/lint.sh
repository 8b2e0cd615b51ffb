#!/usr/bin/env bash
# ktlint over every Kotlin file of the project, then the public API against the dumps in */api. With -q Maven stays silent
# unless something is found. `lint.sh --write-api` writes the dumps anew: for a change of the API that is meant.
set -euo pipefail
cd "$(dirname "$0")"
command -v mvn >/dev/null || { echo "missing: mvn, which runs ktlint" >&2; exit 1; }
mvn -q -B -N antrun:run@ktlint

[ -e api-check/target/classes ] || { echo "the API can't be compared before it is compiled: make build-kotlin" >&2; exit 1; }
for module in autoplus autoplus-testing autoplus-android; do
    java -cp 'api-check/target/classes:api-check/target/lib/*' gg.autoplus.api.MainKt \
        "${1:---check}" "$module/target/classes" "$module/api/$module.api"
done
