#!/usr/bin/env bash
# Compares what T-TAME's training can start from, at equal photographs and epochs, on CIFAR-10: docs/results/starts-<model>.md.
#
#   bench/starts.sh cifar10-resnet56 | cifar10-vit
#
# 2,000 unlabelled training pictures for every arm (bench/trained.sh), all 2,000 test pictures to measure. What is trained or measured
# already is not done again, and what was stopped goes on. ARMS narrows the choice. One thread: OMP_NUM_THREADS=1.
set -euo pipefail
cd "$(dirname "$0")/.."
model=${1:?which model}
case $model in cifar10-vit) default=masked other=masked+pooled ;; *) default=masked+pooled other=masked ;; esac
arms=${ARMS:-"$default+2 $default $other+2 $other pooled random+2 random-sgd+2"} photographs=${PHOTOGRAPHS:-2000}
data=${DATA:-../shared/data} models=${MODELS:-../shared/models} ttame=${TTAME:-./ttame} records=out/starts/$model
mkdir -p "$records" docs/results

# measure FOLDER EXPLAINER NAME: records of an explainer under the name that it has in the table.
measure() {
    local rows=$records/$3.json
    [ -e "$rows" ] || $ttame evaluate --models "$1" --model "$model" --explainers "$2" --images "$data/cifar10/test-2000.tar" --batch 50 --json "$rows" > "$rows.log" 2>&1 ||
        { tail -n 5 "$rows.log" >&2; exit 1; }
    sed "s|\"explainer\":\"$2\"|\"explainer\":\"$3\"|" "$records/$3.$model.jsonl" > "$records/$3.named"
    files+=("$records/$3.named")
}

files=()
for arm in $arms; do
    folder=$(bench/trained.sh "$model" "$arm" "$photographs")
    measure "$folder" t-tame "$arm"
done
measure "$models" grad-cam grad-cam
{
    echo "# Starts of T-TAME on $model"
    echo
    echo "Percent, mean and 95 % bootstrap interval on the 2,000 test images of CIFAR-10 (JPEG); model-truth labels; ↓ lower is better, ↑ higher."
    echo "Every T-TAME row saw the same $photographs unlabelled training pictures. An arm's name says what it starts from; \`+2\`: two epochs of training after it."
    case $arms in *random-sgd*) echo "\`random-sgd\` is the paper's optimiser (highest learning rate 10⁻²)." ;; esac
    echo "Trained is by AdamW (2·10⁻³), from random rows with free rows, from a closed form with shared ones. \`$default\` is what \`ttame train\` starts from when nothing is said."
    echo
    echo "Made by"
    echo
    echo '```'
    echo "${ARMS:+ARMS=\"$ARMS\" }bench/starts.sh $model"
    echo '```'
    echo
    $ttame table --models "$models" "${files[@]}"
} > "docs/results/starts-$model.md.part"
mv "docs/results/starts-$model.md.part" "docs/results/starts-$model.md"
