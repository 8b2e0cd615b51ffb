#!/usr/bin/env bash
# Builds the native libraries and writes their Kotlin side: everything that Maven needs to find ready.
# `generate.sh --release FOLDER` takes libraries that were built for release, not stripped, and leaves all beside the other,
# for `mvn -Dautoplus.target=target/release`. Those of other platforms come from the folder AUTOPLUS_NATIVES, which has a
# folder for each target.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in cargo strip; do
    command -v "$tool" >/dev/null || { echo "missing: $tool, which builds the native libraries" >&2; exit 1; }
done

target=${CARGO_TARGET_DIR:-target}
if [ "${1:-}" = --release ]; then
    built=${2:?usage: generate.sh --release FOLDER}
    into=target/release strip=--strip-all natives=${AUTOPLUS_NATIVES:-}
else
    built=$target/debug
    into=target strip=--strip-debug natives=
    cargo build --locked -p autoplus-kotlin -p autoplus-kotlin-testing
fi
cargo build --locked -p autoplus-kotlin-bindgen

platform() { # Rust's name of a target -> JNA's of the platform
    case $1 in
        x86_64-unknown-linux-gnu) echo linux-x86-64 ;;
        aarch64-unknown-linux-gnu) echo linux-aarch64 ;;
        x86_64-apple-darwin) echo darwin-x86-64 ;;
        aarch64-apple-darwin) echo darwin-aarch64 ;;
        x86_64-pc-windows-msvc) echo win32-x86-64 ;;
        aarch64-pc-windows-msvc) echo win32-aarch64 ;;
    esac
}

take_along() { # library, folder of a target
    for file in "$2/lib$1.so" "$2/lib$1.dylib" "$2/$1.dll"; do
        [ -e "$file" ] || continue
        # Of what isn't listed, such as Linux with musl, JNA can't tell that it is another platform.
        its=$(platform "$(basename "$2")")
        [ -n "$its" ] || { echo "left out: $file, for which the jar has no place"; continue; }
        mkdir -p "$packed/$its"
        cp "$file" "$packed/$its/"
        echo "took along $its/${file##*/}"
    done
}

generate() { # library, Maven module
    library=$built/lib$1.so
    generated=bindings-kotlin/$2/$into/generated-sources/uniffi
    packed=bindings-kotlin/$2/$into/native
    rm -rf "$generated" "$packed"
    mkdir -p "$generated" "$packed/linux-x86-64"
    "$target/debug/autoplus-kotlin-bindgen" generate --language kotlin --no-format --out-dir "$generated" "$library"
    strip "$strip" -o "$packed/linux-x86-64/lib$1.so" "$library"
    [ -n "$natives" ] || return 0
    for folder in "$natives"/*; do take_along "$1" "$folder"; done
}

generate autoplus_kotlin autoplus
generate autoplus_kotlin_testing autoplus-testing
