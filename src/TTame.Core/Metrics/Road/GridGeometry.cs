namespace TTame.Core.Metrics.Road;

/// <summary>Sizes of the levels over a picture of height × width, and D, the weight of each pixel's neighbours inside it.</summary>
/// <remarks>Levels halve exactly: the finest is padded on the right and below up to a multiple of 2^(levels − 1). A padded pixel is outside: never removed, in nobody's D.</remarks>
/// <param name="Height">Height of this level, with padding.</param>
/// <param name="Width">Width of this level, with padding.</param>
/// <param name="Neighbours">D, height × width: 12 in the middle, 8 at an edge, 5 in a corner.</param>
/// <param name="Coarser">The level below; null at the coarsest.</param>
internal sealed record GridGeometry(int Height, int Width, float[] Neighbours, GridGeometry? Coarser)
{
    private const int CoarsestSide = 8;

    /// <summary>The levels for pictures of this size.</summary>
    public static GridGeometry For(int height, int width)
    {
        int halvings = 0;
        for (int side = Math.Min(height, width); side > CoarsestSide; side = (side + 1) / 2) halvings++;
        int unit = 1 << halvings;
        return Level(height, width, (height + unit - 1) / unit * unit, (width + unit - 1) / unit * unit, halvings);
    }

    private static GridGeometry Level(int insideHeight, int insideWidth, int height, int width, int halvings)
    {
        var neighbours = new float[height * width];
        for (int y = 0; y < insideHeight; y++)
        {
            int vertical = (y > 0 ? 1 : 0) + (y < insideHeight - 1 ? 1 : 0);
            for (int x = 0; x < insideWidth; x++)
            {
                int horizontal = (x > 0 ? 1 : 0) + (x < insideWidth - 1 ? 1 : 0);
                neighbours[y * width + x] = 2 * vertical + 2 * horizontal + vertical * horizontal;
            }
        }
        GridGeometry? coarser = halvings > 0
            ? Level((insideHeight + 1) / 2, (insideWidth + 1) / 2, height / 2, width / 2, halvings - 1)
            : null;
        return new(height, width, neighbours, coarser);
    }
}
