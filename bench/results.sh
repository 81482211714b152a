#!/usr/bin/env bash
# Measures every explainer that applies to a model and writes the comparison as docs/results/<model>.md.
#
#   bench/results.sh cifar10-resnet56 | cifar10-vit | efficientnet-lite0
#
# One evaluation per method: what is finished is not measured again, and one that was stopped goes on from its records, which lie
# under out/results/ (RESULTS names another folder). For the CIFAR models it trains T-TAME (the start that ttame train takes, then two epochs)
# and L-CAM-Img first, each on 2,000 training pictures (bench/trained.sh); EfficientNet-Lite0 comes with its attention.
# METHODS narrows the choice, RISE_EVERY=20 takes every 20th image for RISE. MODELS is the folder of the model (default: models, for the CIFAR models ../shared/models), DATA that of the pictures (../shared/data).
set -euo pipefail
cd "$(dirname "$0")/.."
model=${1:?which model}
data=${DATA:-../shared/data} records=${RESULTS:-out/results} ttame=${TTAME:-./ttame}
measures=ad,ic,road-morf,road-lerf
methods=${METHODS:-"t-tame l-cam-img grad-cam grad-cam++ score-cam ablation-cam iia transformer-lrp rise"}
case $model in
    cifar10-*) models=${MODELS:-../shared/models} images=$data/cifar10/test-2000.tar every=4 few=$images few_every=4 batch=50 ;;
    *) models=${MODELS:-models} images=data-lists/imagenet-sample-test.txt every=1 few=data-lists/imagenet-sample-test-100.txt few_every=1 batch=4 ;;
esac
mkdir -p "$records" docs/results
files=() missing=()
for method in $methods; do
    rows=$records/$model.$method.json
    list=$images nth=$every extra=()
    case $method in
        score-cam | rise) list=$few nth=$few_every ;;
    esac
    if [ "$method" = rise ]; then extra=(--rise-masks 1000) nth=${RISE_EVERY:-$nth}; fi
    from=$models
    case $model:$method in
        cifar10-*:t-tame) from=$(bench/trained.sh "$model" masked+pooled+2 2000) ;;
        cifar10-*:l-cam-img) from=$(bench/trained.sh "$model" l-cam-img 2000) ;;
    esac
    if [ ! -e "$rows" ] && ! $ttame evaluate --models "$from" --model "$model" --explainers "$method" --measures $measures \
        --images "$list" --every "$nth" --batch $batch --memory ${MEMORY:-64} "${extra[@]}" --json "$rows" > "$rows.log" 2>&1; then
        missing+=("$method: $(sed -n 's/^ttame: Model [^:]*: //p' "$rows.log" | head -n 1)")
        continue
    fi
    files+=("$records/$model.$method.$model.jsonl")
done
{
    echo "# Explainers on $model"
    echo
    echo "Percent, mean and 95 % bootstrap interval; model-truth labels; ↓ lower is better, ↑ higher. ROAD: mean over the shares of 10 % to 90 %.${METHODS:+ Only the methods that the command names.}"
    case $methods in *rise*) echo "RISE with 1,000 masks." ;; esac
    case $model in
        cifar10-*)
            echo "Every fourth of the 2,000 test images of CIFAR-10 (JPEG)${RISE_EVERY:+; RISE on every ${RISE_EVERY}th}. T-TAME: the start of \`ttame train\` (masked+pooled), then two epochs;"
            echo "L-CAM-Img: two epochs of the same trainer from a random start; both on 2,000 unlabelled training pictures (\`bench/trained.sh\`)."
            ;;
        *) echo "The test list \`${images}\`; for Score-CAM and RISE \`${few}\`, a part of it." ;;
    esac
    echo
    echo "Made by"
    echo
    echo '```'
    echo "${METHODS:+METHODS=\"$METHODS\" }${RISE_EVERY:+RISE_EVERY=$RISE_EVERY }bench/results.sh $model"
    echo '```'
    echo
    $ttame table --models "$models" "${files[@]}"
    if [ ${#missing[@]} -gt 0 ]; then
        printf '\nNot in the table:\n\n'
        printf -- '- %s\n' "${missing[@]}"
    fi
} > docs/results/$model.md.part
mv docs/results/$model.md.part docs/results/$model.md
