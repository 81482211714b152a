namespace TTame.Core.Imaging.Formats;

/// <summary>A JPEG's frame header: size and components.</summary>
internal sealed class JpegFrame
{
    internal const int BlockSide = 8;
    internal const int Coefficients = 64;

    internal JpegFrame(bool isProgressive, int width, int height, IReadOnlyList<JpegComponent> components)
    {
        IsProgressive = isProgressive;
        Width = width;
        Height = height;
        Components = components;
        MostAcross = components.Max(c => c.Across);
        MostDown = components.Max(c => c.Down);
        UnitsAcross = Groups(width, BlockSide * MostAcross);
        UnitsDown = Groups(height, BlockSide * MostDown);
        foreach (var component in components)
        {
            component.BlocksAcross = Groups(Groups(width * component.Across, MostAcross), BlockSide);
            component.BlocksDown = Groups(Groups(height * component.Down, MostDown), BlockSide);
            component.StoredAcross = UnitsAcross * component.Across;
            component.StoredDown = UnitsDown * component.Down;
        }
    }

    internal bool IsProgressive { get; }

    internal int Width { get; }

    internal int Height { get; }

    internal IReadOnlyList<JpegComponent> Components { get; }

    /// <summary>Columns of minimum coded units.</summary>
    internal int UnitsAcross { get; }

    /// <summary>Rows of minimum coded units.</summary>
    internal int UnitsDown { get; }

    private int MostAcross { get; }

    private int MostDown { get; }

    /// <summary>Refuses a picture of which scans are missing.</summary>
    internal void RequireComplete()
    {
        foreach (var component in Components)
            if (component.MissingPrecision.AsSpan().IndexOfAnyExcept((sbyte)0) >= 0)
                throw Refusal.Truncated("The JPEG ends before all its scans are there.");
    }

    private static int Groups(int length, int group) => (length + group - 1) / group;
}

/// <summary>One component of a frame, and how much of it the scans so far have brought.</summary>
internal sealed class JpegComponent(byte id, int across, int down)
{
    /// <summary>A coefficient that no scan has brought yet.</summary>
    internal const sbyte Unseen = sbyte.MaxValue;

    internal byte Id { get; } = id;

    /// <summary>Horizontal sampling factor.</summary>
    internal int Across { get; } = across;

    /// <summary>Vertical sampling factor.</summary>
    internal int Down { get; } = down;

    /// <summary>Blocks that hold pixels.</summary>
    internal int BlocksAcross { get; set; }

    internal int BlocksDown { get; set; }

    /// <summary>Blocks with those that fill up the last units.</summary>
    internal int StoredAcross { get; set; }

    internal int StoredDown { get; set; }

    /// <summary>Per coefficient: low bits still to come.</summary>
    internal sbyte[] MissingPrecision { get; } = [.. Enumerable.Repeat(Unseen, JpegFrame.Coefficients)];

    /// <summary>Progressive only: one bit a coefficient of each block, set where it is not zero. Refinement scans can't be read without.</summary>
    internal ulong[]? NonZero { get; set; }
}
