using System.Text;

namespace TTame.Core.Tests.Weights;

/// <summary>Writes the instructions of pickle protocol 2 that torch.save writes.</summary>
internal sealed class PickleWriter
{
    private readonly MemoryStream bytes = new();

    public byte[] Done()
    {
        Code('.');
        return bytes.ToArray();
    }

    public PickleWriter Start() => Code('\x80').Raw(2);

    public PickleWriter Code(char code) => Raw((byte)code);

    public PickleWriter Raw(params byte[] raw)
    {
        bytes.Write(raw);
        return this;
    }

    public PickleWriter Text(string text) => Code('X').Raw(BitConverter.GetBytes(Encoding.UTF8.GetByteCount(text))).Raw(Encoding.UTF8.GetBytes(text));

    public PickleWriter Name(string module, string name) => Code('c').Raw(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));

    public PickleWriter Integer(long value)
        => value is >= 0 and < 256 ? Code('K').Raw((byte)value) : value is >= int.MinValue and <= int.MaxValue ? Code('J').Raw(BitConverter.GetBytes((int)value)) : Code('\x8a').Raw(8).Raw(BitConverter.GetBytes(value));

    public PickleWriter Tuple(params long[] values)
    {
        Code('(');
        foreach (long value in values) Integer(value);
        return Code('t');
    }
}
