#!/bin/sh
# ktlint over every Kotlin file of the project. With -q Maven stays silent unless something is found.
set -eu
exec mvn -q -B -N -f "$(dirname "$0")/pom.xml" antrun:run@ktlint
