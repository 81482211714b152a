using System.IO.Compression;
using System.Runtime.InteropServices;

namespace TTame.Core.Tests.Weights;

/// <summary>Makes files as torch.save does: zip and legacy, a plain state dict or one inside a Lightning checkpoint.</summary>
internal static class CheckpointMaker
{
    /// <summary>A float32 tensor: a view into a storage.</summary>
    public sealed record Entry(string Name, string Storage, long[] Shape, long[] Strides, long Offset = 0)
    {
        /// <summary>In legacy files: a view of the storage, its first element and its number of elements.</summary>
        public (long First, long Elements)? View { get; init; }
    }

    /// <summary>An entry that owns its storage.</summary>
    public static Entry Plain(string name, params long[] shape)
    {
        long[] strides = new long[shape.Length];
        long step = 1;
        for (int i = shape.Length - 1; i >= 0; i--) (strides[i], step) = (step, step * shape[i]);
        return new(name, name, shape, strides);
    }

    public static byte[] Zip(IReadOnlyList<Entry> entries, IReadOnlyDictionary<string, float[]> storages, bool lightning = false)
    {
        using MemoryStream file = new();
        using (ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "archive/data.pkl", Pickle(entries, storages, lightning, legacy: false));
            foreach ((string key, float[] values) in storages) Add(zip, $"archive/data/{key}", MemoryMarshal.AsBytes<float>(values).ToArray());
            Add(zip, "archive/version", "3\n"u8.ToArray());
        }
        return file.ToArray();
    }

    public static byte[] Legacy(IReadOnlyList<Entry> entries, IReadOnlyDictionary<string, float[]> storages, bool lightning = false)
    {
        using MemoryStream file = new();
        file.Write(new PickleWriter().Start().Code('\x8a').Raw(10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19).Done());
        file.Write(new PickleWriter().Start().Integer(1001).Done());
        file.Write(new PickleWriter().Start().Code('}').Text("little_endian").Code('\x88').Code('s').Done());
        file.Write(Pickle(entries, storages, lightning, legacy: true));
        PickleWriter keys = new PickleWriter().Start().Code(']').Code('(');
        foreach (string key in storages.Keys) keys.Text(key);
        file.Write(keys.Code('e').Done());
        foreach (float[] values in storages.Values)
        {
            file.Write(BitConverter.GetBytes((long)values.Length));
            file.Write(MemoryMarshal.AsBytes<float>(values));
        }
        return file.ToArray();
    }

    /// <summary>The state dict's pickle by itself.</summary>
    public static byte[] Pickle(IReadOnlyList<Entry> entries, IReadOnlyDictionary<string, float[]> storages, bool lightning, bool legacy)
    {
        PickleWriter pickle = new PickleWriter().Start();
        if (lightning)
            pickle.Code('}').Code('(').Text("epoch").Integer(7).Text("hyper_parameters").Name("pytorch_lightning.utilities.parsing", "AttributeDict").Code(')').Code('R')
                .Text("callbacks").Name("posix", "system").Text("echo run").Code('\x85').Code('R').Text("state_dict");
        pickle.Name("collections", "OrderedDict").Code(')').Code('R').Code('(');
        foreach (Entry entry in entries)
        {
            pickle.Text(entry.Name).Name("torch._utils", "_rebuild_tensor_v2").Code('(')
                .Code('(').Text("storage").Name("torch", "FloatStorage").Text(entry.Storage).Text("cpu").Integer(storages[entry.Storage].Length);
            if (legacy && entry.View is { } view) pickle.Code('(').Text($"view of {entry.Name}").Integer(view.First).Integer(view.Elements).Code('t');
            else if (legacy) pickle.Code('N');
            pickle.Code('t').Code('Q').Integer(entry.Offset).Tuple(entry.Shape).Tuple(entry.Strides).Code('\x89')
                .Name("collections", "OrderedDict").Code(')').Code('R').Code('t').Code('R');
        }
        pickle.Code('u');
        if (lightning) pickle.Code('u');
        return pickle.Done();
    }

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        using Stream entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        entry.Write(content);
    }
}
