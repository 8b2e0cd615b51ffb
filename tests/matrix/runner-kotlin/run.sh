#!/bin/sh
# Runs the matrix in Kotlin; what the variables MATRIX_… do, FORMAT.md says.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
MATRIX_DIR=${MATRIX_DIR:-$here/..}
export MATRIX_DIR
exec java -cp "$here/target/classes:$here/target/lib/*" gg.autoplus.matrix.MainKt
