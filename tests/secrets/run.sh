#!/bin/sh
# Runs the matrix in every runner with prints, and searches all of them, the runners' own output and the store files for
# secrets. Then a small part with a code that is printed on purpose: the search must find it in each. With `planted`, only
# that part. Builds nothing.
set -eu
cd "$(dirname "$0")/../.."
python=.venv/bin/python
runners='rust python python-async node kotlin'

play() { # runner, folder
    export MATRIX_PRINTS="$PWD/$2/$1.prints" MATRIX_KEEP="$PWD/$2/stores/$1"
    case $1 in
        rust) target/debug/autoplus-matrix-rust ;;
        python) $python tests/matrix/runner-python sync ;;
        python-async) $python tests/matrix/runner-python async ;;
        node) node tests/matrix/runner-node ;;
        kotlin) tests/matrix/runner-kotlin/run.sh ;;
    esac >"$2/$1.out" 2>&1 || { tail -n 40 "$2/$1.out"; exit 1; }
    tail -n 1 "$2/$1.out"
}

all() { # folder, extension
    for runner in $runners; do echo "$1/$runner.$2"; done
}

whole() {
    folder=.build/secrets/whole
    rm -rf "$folder" && mkdir -p "$folder/stores"
    for runner in $runners; do play "$runner" "$folder"; done
    # shellcheck disable=SC2046 # One word per file.
    $python tests/secrets/scan.py --matrix $(all "$folder" prints) --also $(all "$folder" out) "$folder/stores"
}

planted() {
    folder=.build/secrets/planted
    rm -rf "$folder" && mkdir -p "$folder/stores"
    export MATRIX_ONLY=whole/re MATRIX_PLANT_LEAK=1
    for runner in $runners; do play "$runner" "$folder" >"$folder/passed"; done
    # shellcheck disable=SC2046
    $python tests/secrets/scan.py --planted $(all "$folder" prints) >"$folder/found" || { cat "$folder/found"; exit 1; }
    echo "a planted code is found in the prints of every runner"
}

export MATRIX_STORE=file
[ "${1:-}" = planted ] || whole
planted
