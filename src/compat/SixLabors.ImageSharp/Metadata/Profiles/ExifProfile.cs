using System.Diagnostics.CodeAnalysis;

namespace SixLabors.ImageSharp.Metadata.Profiles.Exif;

public abstract class ExifTag
{
    private readonly ushort _value;

    internal ExifTag(ushort value) => _value = value;

    public static ExifTag<ushort> Orientation { get; } = new(0x0112);

    public static explicit operator ushort(ExifTag tag) => tag._value;
}

public sealed class ExifTag<TValueType> : ExifTag
{
    internal ExifTag(ushort value) : base(value)
    {
    }
}

public interface IExifValue
{
    ExifTag Tag { get; }
}

public interface IExifValue<TValueType> : IExifValue
{
    TValueType? Value { get; set; }
}

/// <summary>Knows the orientation only; the real profile knows every tag.</summary>
public sealed class ExifProfile
{
    private readonly IExifValue<ushort>? _orientation;

    internal ExifProfile(ushort? orientation) => _orientation = orientation is { } value ? new OrientationValue { Value = value } : null;

    public bool TryGetValue<TValueType>(ExifTag<TValueType> tag, [NotNullWhen(true)] out IExifValue<TValueType>? exifValue)
    {
        exifValue = (ushort)(ExifTag)tag == (ushort)(ExifTag)ExifTag.Orientation ? (IExifValue<TValueType>?)_orientation : null;
        return exifValue is not null;
    }

    private sealed class OrientationValue : IExifValue<ushort>
    {
        public ExifTag Tag => ExifTag.Orientation;

        public ushort Value { get; set; }
    }
}
