#!/usr/bin/env bash
# Makes the lists of this folder again: files in the order of the SHA-256 of a seed and their name, so that the split
# depends on nothing but the names and what near-duplicates leaves out. Needs ../shared/data beside the repository.
set -euo pipefail
cd "$(dirname "$0")"
readonly DATA=../../shared/data

# by_hash SEED: reads "name rest…" lines, writes them in the order of sha256("SEED/name").
by_hash() {
  local seed=$1 name rest
  while read -r name rest; do
    printf '%s %s%s\n' "$(printf '%s/%s' "$seed" "$name" | sha256sum | cut -d' ' -f1)" "$name" "${rest:+ $rest}"
  done | LC_ALL=C sort | cut -d' ' -f2-
}

# One photograph a class: a split of the photographs is a split of the classes.
mapfile -t order < <(by_hash ttame-split-v1 <"$DATA/imagenet-sample/labels.txt")
write() { printf "$DATA/imagenet-sample/%s\n" "${order[@]:$2:$3}" | LC_ALL=C sort >"$1"; }
write imagenet-sample-test.txt 0 300
write imagenet-sample-validation.txt 300 100
write imagenet-sample-training.txt 400 300

# The photographs that the perturbation methods are measured on: the first hundred of the test list in hash order.
printf "$DATA/imagenet-sample/%s\n" "${order[@]:0:100}" | LC_ALL=C sort >imagenet-sample-test-100.txt

# Unlabelled photographs for training, without those that are also, resized, compressed anew, slightly cropped or mirrored, among the photographs
# that are chosen and judged on. (sed reads to the end: a closed pipe would end the script.)
twins=$(../ttame near-duplicates --images "$DATA/natural-images" --of imagenet-sample-test.txt imagenet-sample-validation.txt | cut -f2)
find "$DATA/natural-images" -type f -printf '%f\n' | by_hash ttame-natural-v1 | grep -vxFf <(printf '%s\n' "$twins") |
  sed -n '1,2400p' | sed "s|^|$DATA/natural-images/|" | LC_ALL=C sort >natural-images-2400.txt
