using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Backbones;

/// <summary>Turns a vision transformer's tokens into a grid, as the attention mechanism reads it.</summary>
/// <remarks>It stands here and not beside the attention mechanism, because a <see cref="ForwardPass"/> carries grids whatever the backbone.</remarks>
/// <source>T-TAME:§III-C2</source>
public static class FeatureMapAdapter
{
    /// <summary>Tokens to grid, row by row.</summary>
    /// <param name="tokens">(B, 1+T, D); token 0 is the class token, T a square number.</param>
    /// <param name="use">What happens to the class token.</param>
    /// <returns>(B, D, √T, √T).</returns>
    /// <exception cref="ShapeException">T is no square number.</exception>
    public static Tensor ToGrid(Tensor tokens, ClassTokenUse use)
    {
        Shape.Require(tokens, "B", "1+T", "D");
        long count = tokens.size(1) - 1, side = (long)Math.Round(Math.Sqrt(count));
        if (side < 1 || side * side != count) throw new ShapeException(nameof(tokens), "(B, 1+T, D), T a square number", Shape.Text(tokens.shape));
        using var scope = NewDisposeScope();
        Tensor patches = tokens.narrow(1, 1, count);
        if (use == ClassTokenUse.Multiply) patches = patches * tokens.narrow(1, 0, 1);
        return patches.transpose(1, 2).reshape(tokens.size(0), tokens.size(2), side, side).MoveToOuterDisposeScope();
    }
}
