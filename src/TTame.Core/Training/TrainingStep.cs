using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Training;

/// <summary>One step of training, from pixels to gradients: classify, make the maps, mask, classify again, differentiate.</summary>
/// <source>T-TAME:§III-C3; T-TAME:§III-D</source>
public sealed class TrainingStep
{
    private readonly IClassifier classifier, ofMasked;
    private readonly AttentionMechanism attention;
    private readonly Recipe recipe;
    private readonly TrainingLoss loss;

    /// <summary>Prepares steps of one recipe.</summary>
    /// <param name="classifier">Frozen, in evaluation mode; never changed.</param>
    /// <param name="attention">Its parameters receive gradients, its running statistics move.</param>
    /// <param name="recipe">A recipe without open choices (<see cref="Recipe.For"/>).</param>
    /// <param name="half">The same classifier in bfloat16, for a recipe that classifies masked images with it.</param>
    /// <exception cref="ArgumentException">The recipe needs a classifier in bfloat16, and none is given.</exception>
    public TrainingStep(IClassifier classifier, AttentionMechanism attention, Recipe recipe, IClassifier? half = null)
    {
        this.classifier = classifier;
        ofMasked = recipe.MaskedPass == PassPrecision.Float32 ? classifier
            : half ?? throw new ArgumentException("The recipe classifies masked images in bfloat16, and no classifier with such weights is given. Leave --masked-pass out.", nameof(half));
        this.attention = attention;
        this.recipe = recipe.For(classifier.Card.Kind);
        loss = new TrainingLoss(recipe.Loss, recipe.Weights, classifier.Card.Confidence);
    }

    /// <summary>Computes the gradients of a batch; the earlier ones are replaced.</summary>
    /// <param name="pixels">(B, 3, H, W) float32, [0, 1].</param>
    /// <param name="random">Where random classes of Ψ come from.</param>
    /// <returns>The loss terms of this batch.</returns>
    /// <remarks>The label of an image is the classifier's own answer to it: no annotation is needed.</remarks>
    public LossParts Differentiate(PixelImages pixels, ref SplitMix64 random)
    {
        using ForwardPass pass = classifier.Forward(pixels);
        return Differentiate(pass, ref random);
    }

    /// <summary>Computes the gradients of a batch that has been classified unmasked.</summary>
    /// <param name="pass">What the classifier answered; not disposed.</param>
    /// <param name="random">Where random classes of Ψ come from.</param>
    /// <returns>The loss terms of this batch.</returns>
    public LossParts Differentiate(ForwardPass pass, ref SplitMix64 random)
    {
        using var scope = NewDisposeScope();
        ClassLabels labels = new(pass.Logits.Values.argmax(1));
        PsiSelection selection = PsiSelection.Choose(recipe.Psi, labels, classifier.Classes, ref random);
        using var gradients = enable_grad();
        Tensor psi = attention.ForwardRows(pass.Features, selection.Classes, training: true).Values.sigmoid();   // (B, P, h, w)
        NormalizedImages masked = Mask(pass, selection.OwnMaps(psi));
        LossTensors terms = loss.Of(psi, new(ofMasked.Classify(masked).Values.to(psi.dtype)), labels);
        foreach ((_, Tensor parameter) in attention.Parameters)
            parameter.grad = null;                                                 // not zeroed: 0 + (−0) would differ from a resumed run in a sign bit
        terms.Total.backward();
        return terms.Read();
    }

    private NormalizedImages Mask(ForwardPass pass, Tensor maps)
    {
        long h = pass.Pixels.Values.size(2), w = pass.Pixels.Values.size(3);
        Tensor mask = F.interpolate(maps, size: [h, w], mode: InterpolationMode.Bilinear, align_corners: false);  // (B, 1, H, W)
        return recipe.Masking == MaskingRule.Vit
            ? Masking.OnNormalised(pass.Images, mask)
            : Masking.RawThenNormalise(pass.Pixels, mask, classifier.Card.Input);
    }
}
