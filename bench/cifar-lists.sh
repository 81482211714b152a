#!/usr/bin/env bash
# Unpacks the CIFAR-10 training pictures and lists them in the order of their contents' SHA-256, so that a smaller list is the beginning of a
# larger one: out/cifar10/training-N.txt for every N named, and the last thousand, which no training list reaches, as validation.txt.
#
#   bench/cifar-lists.sh 100 300 2000
set -euo pipefail
cd "$(dirname "$0")/.."
data=${DATA:-../shared/data} out=out/cifar10
mkdir -p "$out"
if [ ! -e "$out/order" ]; then
    tar xf "$data/cifar10/train-20000.tar" -C "$out"
    (cd "$out" && sha256sum */*.jpg | LC_ALL=C sort | cut -c67- > order.part && mv order.part order)
fi
for n in "$@"; do
    [ -e "$out/training-$n.txt" ] || { head -n "$n" "$out/order" > "$out/training-$n.part.$$" && mv "$out/training-$n.part.$$" "$out/training-$n.txt"; }
done
[ -e "$out/validation.txt" ] || { tail -n 1000 "$out/order" > "$out/validation.part.$$" && mv "$out/validation.part.$$" "$out/validation.txt"; }
