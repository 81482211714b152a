#!/usr/bin/env bash
# Makes the attention of one arm of the CIFAR comparisons and prints the folder of models that holds it; what is there is not made again,
# and what was interrupted goes on.
#
#   bench/trained.sh cifar10-resnet56 | cifar10-vit  ARM  N     N: training pictures, a list of bench/cifar-lists.sh
#
# What ttame train starts from when nothing is said is masked+pooled; for a vision transformer pooled rows count nothing, which is masked.
# Arms: random+2 random-sgd+2 pooled masked masked+pooled masked+2 masked+pooled+2 l-cam-img. +2: two epochs of training.
set -euo pipefail
cd "$(dirname "$0")/.."
model=${1:?which model} arm=${2:?which arm} n=${3:?how many pictures}
case $model in cifar10-vit) last=block.7 ;; *) last=layer3 ;; esac
models=${MODELS:-../shared/models} ttame=${TTAME:-./ttame} to=out/trained/$model/$n/$arm
sums=(--sums "out/trained/$model/$n/masked.sums") adam=(--recipe few-images --epochs 2)
case $arm in
    random+2) how=("${adam[@]}" --init random --rows free) ;;
    random-sgd+2) how=(--recipe paper --epochs 2 --max-lr 1e-2) ;;
    pooled) how=(--recipe few-images --init pooled) ;;
    masked | masked+pooled) how=(--recipe few-images --init "$arm" --pooled-weight 1 "${sums[@]}") ;;
    masked+2 | masked+pooled+2) how=("${adam[@]}" --init "${arm%+2}" --pooled-weight 1 "${sums[@]}") ;;
    l-cam-img) how=("${adam[@]}" --init random --rows free --variant LCAM --features "$last") ;;
    *) echo "bench/trained.sh: '$arm' is no arm; the file names them." >&2; exit 2 ;;
esac
if [ ! -e "$to/$model/attention.safetensors" ]; then
    bench/cifar-lists.sh "$n"
    mkdir -p "$to/$model"
    cp -f "$models/$model/"model.* "$to/$model/"
    $ttame train --models "$to" --model "$model" --images "out/cifar10/training-$n.txt" "${how[@]}" --checkpoint "$to/checkpoint" > "$to/train.log" 2>&1 ||
        { tail -n 5 "$to/train.log" >&2; exit 1; }
fi
echo "$to"
