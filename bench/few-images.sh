#!/usr/bin/env bash
# The curve of docs/FEW-IMAGES.md: what T-TAME reaches with 100 to 10,000 training pictures of CIFAR-10, from a random start with training, from the
# closed form alone, and from the closed form with training. Writes docs/few-images.svg and docs/results/few-images.md.
#
#   bench/few-images.sh
#
# Every second one of the 2,000 test pictures is measured. What is trained or measured already is not done again, and what was stopped goes on;
# PHOTOGRAPHS="100 300" narrows the numbers, ARMS the starts. One thread: OMP_NUM_THREADS=1.
set -euo pipefail
cd "$(dirname "$0")/.."
model=cifar10-resnet56
photographs=${PHOTOGRAPHS:-"100 300 1000 3000 10000"} arms=${ARMS:-"masked+pooled+2 masked+pooled random+2"}
data=${DATA:-../shared/data} models=${MODELS:-../shared/models} ttame=${TTAME:-./ttame} records=out/few-images
mkdir -p "$records" docs/results

# measure FOLDER EXPLAINER NAME: rows and records of one explainer, under the name that it has in the table.
measure() {
    local rows=$records/$3.json
    [ -e "$rows" ] || $ttame evaluate --models "$1" --model "$model" --explainers "$2" --images "$data/cifar10/test-2000.tar" --every 2 --batch 50 --json "$rows" > "$rows.log" 2>&1 ||
        { tail -n 5 "$rows.log" >&2; exit 1; }
    sed "s|\"explainer\":\"$2\"|\"explainer\":\"$3\"|" "$records/$3.$model.jsonl" > "$records/$3.named"
    files+=("$records/$3.named")
}

files=() points=()
for n in $photographs; do
    for arm in $arms; do
        folder=$(bench/trained.sh "$model" "$arm" "$n")
        measure "$folder" t-tame "$arm@$n"
        case $arm in
            random+2) name="random, 2 epochs" ;;
            masked+pooled) name="closed form, 0 epochs" ;;
            masked+pooled+2) name="closed form, 2 epochs" ;;
            *) name=$arm ;;
        esac
        points+=("$name@$n=$records/$arm@$n.json")
    done
done
measure "$models" grad-cam grad-cam
$ttame plot "${points[@]}" --reference "Grad-CAM=$records/grad-cam.json" --abscissa "unlabelled training photographs" --out docs/few-images.svg
{
    echo "# T-TAME from few photographs: the curve"
    echo
    echo "CIFAR-10 ResNet-56. Percent, mean and 95 % bootstrap interval on every second one of the 2,000 test images (JPEG); model-truth labels; ↓ lower is better, ↑ higher."
    echo "\`random+2\`: random start, two epochs. \`masked+pooled\`: what \`ttame train\` does when nothing is said, no epoch. \`masked+pooled+2\`: two epochs from there. After the @:"
    echo "training pictures, each list the beginning of the next (\`bench/cifar-lists.sh\`). AdamW, 2·10⁻³, 32 pictures a step."
    echo
    echo "Made by"
    echo
    echo '```'
    echo "${PHOTOGRAPHS:+PHOTOGRAPHS=\"$PHOTOGRAPHS\" }${ARMS:+ARMS=\"$ARMS\" }bench/few-images.sh"
    echo '```'
    echo
    $ttame table --models "$models" "${files[@]}" | sed '/^Paired/,$d'
    echo "![The same as curves](../few-images.svg)"
} > docs/results/few-images.md.part
mv docs/results/few-images.md.part docs/results/few-images.md
