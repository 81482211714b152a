using static TorchSharp.torch;

namespace TTame.Core.Primitives;

/// <summary>The executable half of a shape written in a doc comment.</summary>
public static class Shape
{
    /// <summary>The tensor itself, once its shape agrees with <paramref name="letters"/>.</summary>
    /// <param name="tensor">Any dtype, any device.</param>
    /// <param name="letters">One entry per axis: a number that the axis must have, or a letter. A letter binds once and must match after: <c>"B", "C", "H", "H"</c> wants square images.</param>
    /// <exception cref="ShapeException">The number of axes, a fixed axis or a repeated letter disagrees.</exception>
    public static Tensor Require(Tensor tensor, params object[] letters)
    {
        long[] shape = tensor.shape;
        if (shape.Length != letters.Length) throw Mismatch(shape, letters);
        Dictionary<string, long> bound = [];
        for (int axis = 0; axis < letters.Length; axis++)
        {
            long wanted = letters[axis] is string letter
                ? bound.TryGetValue(letter, out long earlier) ? earlier : bound[letter] = shape[axis]
                : Convert.ToInt64(letters[axis], System.Globalization.CultureInfo.InvariantCulture);
            if (shape[axis] != wanted) throw Mismatch(shape, letters);
        }
        return tensor;
    }

    /// <summary>A shape as the messages print it.</summary>
    /// <param name="shape">Sizes of the axes.</param>
    /// <returns>For example <c>(8, 3, 224, 224)</c>.</returns>
    public static string Text(IEnumerable<long> shape) => $"({string.Join(", ", shape)})";

    private static ShapeException Mismatch(long[] shape, object[] letters)
        => new("tensor", $"({string.Join(", ", letters)})", Text(shape));
}
