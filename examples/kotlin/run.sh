#!/bin/sh
# Runs the shop or the buyer: run.sh shop|buyer --name value …
# What they begin is kept in AUTOPLUS_STORE or --store, else in autoplus-shop.db or autoplus-buyer.db of this folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
case ${1:-} in
    shop) program=ShopKt ;;
    buyer) program=BuyerKt ;;
    *) echo "run.sh shop|buyer --name value …" >&2; exit 2 ;;
esac
shift
exec java -cp "$here/target/classes:$here/target/lib/*" "gg.autoplus.examples.$program" "$@"
