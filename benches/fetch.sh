#!/usr/bin/env bash
# Fetches scikit-learn and SciPy and unpacks them under target/bench, for
#   NDALIAS_BENCH="target/bench/scikit-learn target/bench/scipy" cargo bench
set -euo pipefail
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"
for package in scikit-learn==1.7.2 scipy==1.16.3; do
    name="${package%%==*}"
    folder="target/bench/$name"
    if [ -d "$folder" ]; then continue; fi
    wheels="$(mktemp -d)"
    # For one known Python and platform, so that every machine reads the same files; nothing of it is run.
    "$python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
        --python-version 3.12 --platform manylinux2014_x86_64 --platform manylinux_2_17_x86_64 \
        --platform manylinux_2_27_x86_64 --platform manylinux_2_28_x86_64 --dest "$wheels" "$package"
    mkdir -p target/bench
    "$python" -m zipfile -e "$wheels"/*.whl "$folder.partial"
    mv "$folder.partial" "$folder"
    rm -r "$wheels"
    echo "$folder"
done
