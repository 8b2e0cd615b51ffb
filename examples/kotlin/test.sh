#!/bin/sh
# Plays the shop and the buyer against each other. Needs what bindings-kotlin/generate.sh makes.
set -eu
cd "$(dirname "$0")/../../bindings-kotlin"
exec mvn -q -B test -pl ../examples/kotlin -am -Dtest=ShopAndBuyerTest -Dsurefire.failIfNoSpecifiedTests=false
