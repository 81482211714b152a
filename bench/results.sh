#!/usr/bin/env bash
# Measures every explainer that applies to a model and writes the comparison as docs/results/<model>.md.
#
#   bench/results.sh cifar10-resnet56 | cifar10-vit | efficientnet-lite0
#
# One evaluation per method (EfficientNet-Lite0: a second one where ROAD is measured on fewer photographs than AD and IC): what is finished is not
# measured again, and one that was stopped goes on from its records, which lie under out/results/ (RESULTS names another folder). For the CIFAR
# models it trains T-TAME (the start that ttame train takes, then two epochs) and L-CAM-Img first, each on 2,000 training pictures (bench/trained.sh);
# EfficientNet-Lite0 comes with its attention. METHODS narrows the choice. FEW_EVERY=20 takes every 20th image for Score-CAM, Ablation-CAM and RISE,
# RISE_EVERY=20 for RISE alone. MODELS is the folder of the model (default: models, for the CIFAR models ../shared/models), DATA that of the pictures (../shared/data).
set -euo pipefail
cd "$(dirname "$0")/.."
model=${1:?which model}
data=${DATA:-../shared/data} records=${RESULTS:-out/results} ttame=${TTAME:-./ttame}
kept=ad,ic road=road-morf,road-lerf
methods="t-tame l-cam-img grad-cam grad-cam++ score-cam ablation-cam iia transformer-lrp rise"
case $model in
    efficientnet-*) methods="t-tame grad-cam grad-cam@head grad-cam++ grad-cam++@head ablation-cam score-cam iia l-cam-img transformer-lrp rise" ;;
esac
methods=${METHODS:-$methods}
case $model in
    cifar10-*) models=${MODELS:-../shared/models} images=$data/cifar10/test-2000.tar every=4 few=$images few_every=4 batch=50 ;;
    *) models=${MODELS:-models} images=data-lists/imagenet-sample-test.txt every=1 few=data-lists/imagenet-sample-test-100.txt few_every=1 batch=4 ;;
esac
mkdir -p "$records" docs/results
files=() missing=()
# measure METHOD MODELS ROWS MEASURES LIST NTH: measures, or goes on, or finds it done.
measure() {
    local method=$1 rows=$3 extra=()
    [ "$method" = rise ] && extra=(--rise-masks 1000)
    [ -e "$rows" ] || $ttame evaluate --models "$2" --model "$model" --explainers "$method" --measures "$4" \
        --images "$5" --every "$6" --batch $batch --memory ${MEMORY:-64} "${extra[@]}" --json "$rows" > "$rows.log" 2>&1
}

# Cheap methods see all photographs; ROAD, which costs eighteen passes and as many linear systems, and the perturbation methods see few.
for method in $methods; do
    rows=$records/$model.$method.json nth=${FEW_EVERY:-$few_every} parts=("$records/$model.$method.$model.jsonl")
    [ "$method" = rise ] && nth=${RISE_EVERY:-$nth}
    case $method in
        score-cam | ablation-cam | rise) steps=("$rows $kept,$road $few $nth") ;;
        *)
            if [ "$images" = "$few" ]; then steps=("$rows $kept,$road $images $every")
            else
                steps=("$rows $kept $images $every" "$records/$model.$method.road.json $road $few $few_every")
                parts+=("$records/$model.$method.road.$model.jsonl")
            fi ;;
    esac
    from=$models
    case $model:$method in
        cifar10-vit:t-tame) from=$(bench/trained.sh "$model" masked+2 2000) ;;
        cifar10-*:t-tame) from=$(bench/trained.sh "$model" masked+pooled+2 2000) ;;
        cifar10-*:l-cam-img) from=$(bench/trained.sh "$model" l-cam-img 2000) ;;
    esac
    for step in "${steps[@]}"; do
        read -r name what list nth <<<"$step"
        if ! measure "$method" "$from" "$name" "$what" "$list" "$nth"; then
            missing+=("$method: $(sed -n 's/^ttame: Model [^:]*: //p' "$name.log" | head -n 1)")
            continue 2
        fi
    done
    files+=("${parts[@]}")
done
{
    echo "# Explainers on $model"
    echo
    echo "Percent, mean and 95 % bootstrap interval; model-truth labels; ↓ lower is better, ↑ higher. ROAD: mean over the shares of 10 % to 90 %.${METHODS:+ Only the methods that the command names.}"
    case $methods in *rise*) echo "RISE with 1,000 masks." ;; esac
    case $model in
        cifar10-*)
            echo "Every fourth of the 2,000 test images of CIFAR-10 (JPEG)${FEW_EVERY:+; Score-CAM, Ablation-CAM and RISE on every ${FEW_EVERY}th}${RISE_EVERY:+; RISE on every ${RISE_EVERY}th}. T-TAME: the start of \`ttame train\`, then two epochs;"
            echo "L-CAM-Img: two epochs of the same trainer at the same learning rate, from a random start; both on 2,000 unlabelled training pictures (\`bench/trained.sh\`)."
            ;;
        *) echo "The test list \`${images}\`; for Score-CAM, Ablation-CAM and RISE, and for every method's ROAD, \`${few}\`, a part of it. Targets: \`blocks.15\`, with \`@head\` the head's convolution." ;;
    esac
    echo
    echo "Made by"
    echo
    echo '```'
    echo "${METHODS:+METHODS=\"$METHODS\" }${FEW_EVERY:+FEW_EVERY=$FEW_EVERY }${RISE_EVERY:+RISE_EVERY=$RISE_EVERY }bench/results.sh $model"
    echo '```'
    echo
    $ttame table --models "$models" "${files[@]}"
    if [ ${#missing[@]} -gt 0 ]; then
        printf '\nNot in the table:\n\n'
        printf -- '- %s\n' "${missing[@]}"
    fi
} > docs/results/$model.md.part
mv docs/results/$model.md.part docs/results/$model.md
