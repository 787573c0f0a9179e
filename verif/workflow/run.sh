#!/bin/sh
# Runs the workflow on two cores in a folder of its own, with a drtp that fails once: run.sh BINARY GRID FOLDER
set -eu
root=$(pwd)
DRTP_BINARY=$(realpath "$1")
grid=$(realpath "$2")
work=$(realpath "$3")
DRTP_CALLS=$work/calls
# nothing of it stays in the user's own cache
XDG_CACHE_HOME=$work/cache
export DRTP_BINARY DRTP_CALLS XDG_CACHE_HOME
mkdir -p "$DRTP_CALLS"
exec python3 -m snakemake --snakefile "$root/experiments/workflow/Snakefile" --directory "$work" --cores 2 \
    --config grid="$grid" drtp="$root/verif/workflow/flaky" out=flow
