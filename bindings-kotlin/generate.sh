#!/bin/sh
# Builds the native libraries and writes their Kotlin side: everything that Maven needs to find ready.
set -eu
cd "$(dirname "$0")/.."

cargo build --locked -p autoplus-kotlin -p autoplus-kotlin-testing
cargo build --locked -p autoplus-kotlin-bindgen
target=${CARGO_TARGET_DIR:-target}/debug

generate() { # library, Maven module
    library=$target/lib$1.so
    generated=bindings-kotlin/$2/target/generated-sources/uniffi
    native=bindings-kotlin/$2/target/native/linux-x86-64
    rm -rf "$generated" "$native"
    mkdir -p "$generated" "$native"
    "$target/autoplus-kotlin-bindgen" generate --language kotlin --no-format --out-dir "$generated" "$library"
    strip --strip-debug -o "$native/lib$1.so" "$library"
}

generate autoplus_kotlin autoplus
generate autoplus_kotlin_testing autoplus-testing
