using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Training;

/// <summary>The classes whose maps one step computes, and where in them each image's own map stands.</summary>
/// <remarks>Only these rows of the fusion are evaluated: with 1,000 classes and a batch of 32 that halves the cost of a step.</remarks>
/// <param name="Classes">(B) int64, the same rows for every image, or (B, P) int64, rows per image with the own class first.</param>
/// <source>T-TAME:Eq. 12</source>
public sealed record PsiSelection(Tensor Classes)
{
    /// <summary>Chooses the classes of a batch.</summary>
    /// <param name="rule">Batch labels or random classes.</param>
    /// <param name="labels">(B) int64: model-truth labels.</param>
    /// <param name="classes">C.</param>
    /// <param name="random">Drawn from only by <see cref="PsiRule.RandomClasses"/>.</param>
    public static PsiSelection Choose(PsiRule rule, ClassLabels labels, int classes, ref SplitMix64 random)
    {
        Shape.Require(labels.Values, "B");
        if (rule == PsiRule.BatchLabels) return new(labels.Values);
        using Tensor onHost = labels.Values.cpu();
        long[] own = onHost.data<long>().ToArray();
        int perImage = Math.Min(own.Length, classes);
        var rows = new long[own.Length * perImage];
        for (int image = 0; image < own.Length; image++)
            DrawOthers(own[image], classes, rows.AsSpan(image * perImage, perImage), ref random);
        return new(tensor(rows, [own.Length, perImage], device: labels.Values.device));
    }

    /// <summary>Takes each image's own map out of Ψ.</summary>
    /// <param name="psi">(B, P, h, w): the maps of <see cref="Classes"/>.</param>
    /// <returns>(B, 1, h, w).</returns>
    public Tensor OwnMaps(Tensor psi)
    {
        if (Classes.ndim == 2) return psi.narrow(1, 0, 1);
        long h = psi.size(2), w = psi.size(3);
        return psi.diagonal(0, 0, 1).permute(2, 0, 1).reshape(-1, 1, h, w);       // diagonal puts the batch axis last
    }

    private static void DrawOthers(long own, int classes, Span<long> row, ref SplitMix64 random)
    {
        row[0] = own;
        var others = new long[classes - 1];
        for (int c = 0, at = 0; c < classes; c++) if (c != own) others[at++] = c;
        for (int i = 1; i < row.Length; i++)                                      // the first steps of a Fisher-Yates shuffle
        {
            int pick = i - 1 + (int)random.Below((uint)(others.Length - (i - 1)));
            (others[i - 1], others[pick]) = (others[pick], others[i - 1]);
            row[i] = others[i - 1];
        }
    }
}
