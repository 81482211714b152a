namespace SixLabors.ImageSharp.Native;

/// <summary>One libvips image and what keeps it alive.</summary>
internal sealed unsafe class VipsImage : IDisposable
{
    private nint _image;

    private VipsImage(nint image) => _image = image;

    internal int Width => Vips.Width(_image);

    internal int Height => Vips.Height(_image);

    internal int Bands => Vips.Bands(_image);

    internal BandFormat Format => Vips.Format(_image);

    internal Interpretation Interpretation => Vips.Interpretation(_image);

    internal bool Has(string field) => Vips.TypeOf(_image, field) != 0;

    internal int? GetInt(string field) => Has(field) && Vips.GetInt(_image, field, out int value) == 0 ? value : null;

    internal byte[]? GetBlob(string field)
        => Has(field) && Vips.GetBlob(_image, field, out byte* data, out nuint length) == 0 ? new ReadOnlySpan<byte>(data, checked((int)length)).ToArray() : null;

    /// <summary>Runs <paramref name="loader"/> over a file in memory, which must stay pinned as long as this object lives.</summary>
    internal static VipsImage? Load(string loader, byte* data, int length, params ReadOnlySpan<(string Name, string Value)> options)
    {
        Vips.Require();
        nint operation = Vips.OperationNew(loader);
        if (operation == 0) throw new NotSupportedException($"This libvips has no {loader}: {Vips.TakeError()}");
        try
        {
            Vips.GValue buffer = default;
            Vips.ValueInit(&buffer, Vips.BlobType());
            Vips.ValueSetBlob(&buffer, 0, data, (nuint)length);
            Vips.SetProperty(operation, "buffer", &buffer);
            Vips.ValueUnset(&buffer);
            foreach (var (name, value) in options)
                if (Vips.SetArgument(operation, name, value) != 0)
                    throw new InvalidOperationException($"{loader} does not take {name}={value}: {Vips.TakeError()}");
            if (Vips.ObjectBuild(operation) != 0)
            {
                Vips.UnrefOutputs(operation);
                return null;
            }

            Vips.GValue result = default;
            Vips.ValueInit(&result, Vips.ObjectType);
            Vips.GetProperty(operation, "out", &result);
            nint image = Vips.Ref(Vips.ValueGetObject(&result));
            Vips.ValueUnset(&result);
            Vips.UnrefOutputs(operation);
            return new(image);
        }
        finally
        {
            Vips.Unref(operation);
        }
    }

    /// <summary>An image over pixels in memory, which must stay pinned as long as this object lives.</summary>
    internal static VipsImage OverPixels(void* pixels, nuint size, int width, int height, int bands, BandFormat format)
    {
        Vips.Require();
        nint image = Vips.NewFromMemory(pixels, size, width, height, bands, format);
        return image != 0 ? new(image) : throw new InvalidOperationException($"libvips refused the pixels: {Vips.TakeError()}");
    }

    /// <summary>Runs <paramref name="saver"/> and writes the file it made.</summary>
    internal void Save(string saver, Stream target, params ReadOnlySpan<(string Name, string Value)> options)
    {
        nint operation = Vips.OperationNew(saver);
        if (operation == 0) throw new NotSupportedException($"This libvips has no {saver}: {Vips.TakeError()}");
        try
        {
            Vips.GValue value = default;
            Vips.ValueInit(&value, Vips.ObjectType);
            Vips.ValueSetObject(&value, _image);
            Vips.SetProperty(operation, "in", &value);
            Vips.ValueUnset(&value);
            foreach (var (name, text) in options)
                if (Vips.SetArgument(operation, name, text) != 0)
                    throw new InvalidOperationException($"{saver} does not take {name}={text}: {Vips.TakeError()}");
            if (Vips.ObjectBuild(operation) != 0)
            {
                Vips.UnrefOutputs(operation);
                throw new InvalidOperationException($"{saver} failed: {Vips.TakeError()}");
            }

            Vips.GValue result = default;
            Vips.ValueInit(&result, Vips.BlobType());
            Vips.GetProperty(operation, "buffer", &result);
            byte* bytes = Vips.ValueGetBlob(&result, out nuint length);
            target.Write(new ReadOnlySpan<byte>(bytes, checked((int)length)));
            Vips.ValueUnset(&result);
            Vips.UnrefOutputs(operation);
        }
        finally
        {
            Vips.Unref(operation);
        }
    }

    /// <summary>Opens a reader of rows, top to bottom.</summary>
    internal VipsRows Rows() => new(Vips.RegionNew(_image), Width);

    public void Dispose()
    {
        nint image = Interlocked.Exchange(ref _image, 0);
        if (image != 0) Vips.Unref(image);
    }
}

/// <summary>Reads an image in bands of rows, in the calling thread; a decoder therefore never needs a second copy of the whole picture.</summary>
internal sealed unsafe class VipsRows(nint region, int width) : IDisposable
{
    private nint _region = region;
    private byte* _rows;

    /// <summary>Rows [top, top + count), until the next call; false where the decoder failed.</summary>
    internal bool TryRead(int top, int count, out ReadOnlySpan<byte> rows)
    {
        Vips.Free(_rows);
        _rows = Vips.RegionFetch(_region, 0, top, width, count, out nuint length);
        rows = _rows is null ? default : new(_rows, checked((int)length));
        return _rows is not null;
    }

    public void Dispose()
    {
        Vips.Free(_rows);
        _rows = null;
        nint handle = Interlocked.Exchange(ref _region, 0);
        if (handle != 0) Vips.Unref(handle);
    }
}
